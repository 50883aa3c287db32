#include "tests/unit/sandboxes/programs.h"

namespace assay::test {
namespace {

constexpr Program kPrograms[] = {
    {"a message of all that was asked for, in parts, sent in pieces", R"(
a, b = socket.socketpair()
def send():
    for n in range(4): time.sleep(2); b.sendall(bytes([n]) * 250)
def check():
    t = spawn(send); parts = [bytearray(300), bytearray(0), bytearray(700)]
    log(a.recvmsg_into(parts, 0, socket.MSG_WAITALL)[0]); t.join()
    log(bytes(parts[0] + parts[2]) == b''.join(bytes([n]) * 250 for n in range(4))); return said)",
     "[[1000,8],[true,8]]"},
    {"a message that is cut short by the end of the stream", R"(
a, b = socket.socketpair()
def send(): time.sleep(2); b.sendall(b'half'); time.sleep(2); b.close()
def check():
    t = spawn(send); log(a.recvmsg(100, 0, socket.MSG_WAITALL)[0].decode()); t.join(); return said)",
     R"([["half",4]])"},
    {"all parts of a receive share one timeout of the socket", R"(
import struct
a, b = socket.socketpair(); a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 5, 0))
def send():
    for _ in range(9): time.sleep(2.2); b.sendall(b'x')
def check():
    t = spawn(send); log(len(a.recv(9, socket.MSG_WAITALL))); log(len(a.recvmsg(9, 0, socket.MSG_WAITALL)[0]))
    t.join(); return said)",
     "[[2,5],[2,10]]"},
    {"urgent bytes and errors are never waited for", R"(
s = socket.create_server(('127.0.0.1', 0)); a = socket.create_connection(s.getsockname()); b, _ = s.accept()
def check():
    try: b.recv(1, socket.MSG_OOB)
    except OSError as e: log('none')
    try: b.recvmsg(1, 0, 0x2000)
    except BlockingIOError: log('no error')
    a.send(b'x', socket.MSG_OOB); log(b.recv(1, socket.MSG_OOB).decode()); return said)",
     R"([["none",0],["no error",0],["x",0]])"},
    {"a connection to a local server with a full queue", R"(
s = socket.socket(socket.AF_UNIX); s.bind('door'); s.listen(0)
def knock(n):
    c = socket.socket(socket.AF_UNIX); c.connect('door'); log(n); c.close()
def check():
    ts = [spawn(knock, n) for n in range(3)]
    for _ in ts: time.sleep(5); s.accept()
    for t in ts: t.join()
    return said)",
     "[[0,0],[1,5],[2,10]]"},
    {"a file sent by the kernel, of more than there is room for", R"(
a, b = socket.socketpair()
def drain():
    n = 0
    while n < 10**6: time.sleep(1); n += len(b.recv(200_000))
    log('drained')
def check():
    with open('big', 'wb') as f: f.write(b'x' * 10**6)
    with open('big', 'rb') as f:
        t = spawn(drain); sent = os.sendfile(a.fileno(), f.fileno(), 0, 2 * 10**6)
    t.join(); return [sent] + said[0][:1])",
     R"([1000000,"drained"])"},
    {"a splice from a pipe that is empty, and to one that is full", R"(
r, w = os.pipe(); r2, w2 = os.pipe()
def fill(): time.sleep(3); os.write(w, b'abc')
def drain(): time.sleep(4); os.read(r2, 65536)
def check():
    t = spawn(fill); log(os.splice(r, w2, 100)); log(os.read(r2, 100).decode()); t.join()
    os.write(w2, b'x' * 65536); os.write(w, b'def'); t = spawn(drain)
    log(os.splice(r, w2, 100)); t.join(); os.close(w); log(os.splice(r, w2, 100)); return said)",
     R"([[3,3],["abc",3],[3,7],[0,7]])"},
    {"an eventfd that can be counted no higher", R"(
def check():
    fd = os.eventfd(0); os.eventfd_write(fd, 2**64 - 2); t = spawn(lambda: (time.sleep(4), os.eventfd_read(fd)))
    os.eventfd_write(fd, 7); log(os.eventfd_read(fd)); t.join(); return said)",
     "[[7,4]]"},
    {"a lock of an open file", R"(
import fcntl, struct
lock = struct.pack('hhqqi', fcntl.F_WRLCK, 0, 0, 0, 0)
def hold():
    with open('lock', 'w') as f: fcntl.fcntl(f, fcntl.F_OFD_SETLKW, lock); time.sleep(6)
def check():
    t = spawn(hold); time.sleep(1)
    with open('lock', 'w') as f:
        try: fcntl.fcntl(f, fcntl.F_OFD_SETLK, lock)
        except BlockingIOError: log('taken')
        fcntl.fcntl(f, fcntl.F_OFD_SETLKW, lock); log('mine')
    t.join(); return said)",
     R"([["taken",1],["mine",6]])"},
    {"locks of the process wait for one of an open file", R"(
import fcntl, struct
def hold():
    with open('lock', 'w') as f:
        fcntl.fcntl(f, fcntl.F_OFD_SETLKW, struct.pack('hhqqi', fcntl.F_WRLCK, 0, 0, 9, 0)); time.sleep(6)
def check():
    for take in (lambda f: fcntl.lockf(f, fcntl.LOCK_EX), lambda f: os.lockf(f.fileno(), os.F_LOCK, 9)):
        t = spawn(hold); time.sleep(1)
        with open('lock', 'w') as f: take(f); log('mine')
        t.join()
    return said)",
     R"([["mine",6],["mine",12]])"},
};

}  // namespace

std::span<const Program> descriptor_programs() { return kPrograms; }

}  // namespace assay::test
