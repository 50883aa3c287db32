#include "tests/unit/sandboxes/programs.h"

namespace assay::test {
namespace {

constexpr Program kPrograms[] = {
    {"sleeps", R"(
def nap(n): time.sleep(n); log(n)
def check():
    for t in [spawn(nap, n) for n in (3, 1, 2)]: t.join()
    return said)",
     "[[1, 1], [2, 2], [3, 3]]"},
    {"a lock goes to who has waited longest, though its holder wants it again", R"(
lock = threading.Lock()
def work(name):
    for _ in range(2):
        with lock: log(name); time.sleep(10)
def check():
    for t in [spawn(work, n) for n in 'abc']: t.join()
    return said)",
     R"([["a",0],["b",10],["c",20],["a",30],["b",40],["c",50]])"},
    {"a thread that locks in a loop starves nobody", R"(
lock = threading.Lock(); done = False
def work():
    n = 0
    while not done:
        with lock: n += 1; time.sleep(0.001)
    log(n > 900)
def check():
    global done
    t = spawn(work); time.sleep(1)
    with lock: done = True
    t.join(); return said)",
     "[[true, 1]]"},
    {"a loop that tries a lock gets it when it is let go", R"(
lock = threading.Lock()
def hold():
    with lock: time.sleep(5)
def check():
    t = spawn(hold)
    while not lock.acquire(blocking=False): pass
    log('mine'); t.join(); return said)",
     R"([["mine",5]])"},
    {"a loop that looks at the clock lets others go on", R"(
def work(): time.sleep(2); log('work'); time.sleep(2); log('more')
def check():
    t = spawn(work)
    while time.monotonic() - start < 10: pass
    log('end'); t.join(); return said)",
     R"([["work",2],["more",4],["end",10]])"},
    {"a loop that asks whether a thread lives lets it live", R"(
def check():
    t = spawn(time.sleep, 7)
    while t.is_alive(): pass
    log('over'); return said)",
     R"([["over",7]])"},
    {"naps of no length let others go on", R"(
got = []
def check():
    t = spawn(lambda: (time.sleep(1), got.append(1)))
    while not got: time.sleep(0)
    log('got'); t.join(); return said)",
     R"([["got",1]])"},
    {"events and conditions", R"(
ready = threading.Event(); cond = threading.Condition(); items = []
def waiter(name):
    ready.wait(); log(name)
    with cond:
        cond.wait_for(lambda: name in items); log(name, 'item')
def check():
    ts = [spawn(waiter, n) for n in 'ab']
    time.sleep(5); ready.set(); time.sleep(5)
    with cond: items.append('b'); cond.notify_all()
    time.sleep(5)
    with cond: items.append('a'); cond.notify_all()
    for t in ts: t.join()
    return said)",
     R"([["a",5],["b",5],["b","item",10],["a","item",15]])"},
    {"an event that does not come in time", R"(
def check():
    e = threading.Event(); t = spawn(lambda: (time.sleep(30), e.set()))
    log(e.wait(20)); log(e.wait(20)); t.join(); return said)",
     "[[false,20],[true,30]]"},
    {"the longest waits that there are", R"(
def check():
    lock = threading.Lock(); lock.acquire(); spawn(lambda: (time.sleep(5), lock.release()))
    log(lock.acquire(timeout=threading.TIMEOUT_MAX)); e = threading.Event()
    spawn(lambda: (time.sleep(5), e.set())); log(e.wait(threading.TIMEOUT_MAX)); return said)",
     "[[true,5],[true,10]]"},
    {"semaphores and barriers", R"(
sem = threading.BoundedSemaphore(2); gate = threading.Barrier(3)
def work(name):
    with sem: log(name); time.sleep(3)
    gate.wait(); log(name, 'through')
def check():
    for t in [spawn(work, n) for n in 'abc']: t.join()
    return said)",
     R"([["a",0],["b",0],["c",3],["c","through",6],["a","through",6],["b","through",6]])"},
    {"a bounded queue between producers and consumers", R"(
q = queue.Queue(maxsize=2)
def produce(name):
    for i in range(3): q.put(name + str(i)); time.sleep(1)
def consume():
    while (item := q.get()) is not None: log(item); time.sleep(2); q.task_done()
def check():
    c = spawn(consume); ps = [spawn(produce, n) for n in 'xy']
    for p in ps: p.join()
    q.join(); q.put(None); c.join(); return said)",
     R"([["x0",0],["y0",2],["x1",4],["y1",6],["x2",8],["y2",10]])"},
    {"a queue that stays empty", R"(
def check():
    q = queue.SimpleQueue(); spawn(lambda: (time.sleep(40), q.put('late')))
    try: q.get(timeout=30)
    except queue.Empty: log('empty')
    log(q.get()); return said)",
     R"([["empty",30],["late",40]])"},
    {"a pool, in the order of its results", R"(
def nap(n): time.sleep(n); return n
def check():
    with ThreadPoolExecutor(3) as pool:
        for f in as_completed([pool.submit(nap, n) for n in (9, 4, 2, 1)]): log(f.result())
        log(list(pool.map(nap, (3, 2, 1))))
    return said)",
     "[[2,2],[1,3],[4,4],[9,9],[[3,2,1],12]]"},
    {"a result that does not come in time", R"(
def check():
    pool = ThreadPoolExecutor(1); f = pool.submit(time.sleep, 60)
    try: f.result(timeout=10)
    except futures.TimeoutError: log('late')
    done, rest = wait([f], timeout=20); log(len(done), len(rest))
    pool.shutdown(); log('shut'); return said)",
     R"([["late",10],[0,1,30],["shut",60]])"},
    {"a timer, and a join that does not wait for ever", R"(
def check():
    t = threading.Timer(25, log, ['rang']); t.start()
    t.join(10); log(t.is_alive()); t.join(); return said)",
     R"([[true,10],["rang",25]])"},
    {"a timer that is cancelled", R"(
def check():
    t = threading.Timer(25, log, ['rang']); t.start(); time.sleep(1); t.cancel(); t.join()
    log('end'); return said)",
     R"([["end",1]])"},
    {"a pool of multiprocessing's threads", R"(
from multiprocessing.pool import ThreadPool
def nap(n): time.sleep(n); return n
def check():
    with ThreadPool(3) as pool:
        log(pool.map(nap, (3, 1, 2))); log(list(pool.imap_unordered(nap, (3, 1, 2))))
    return said)",
     "[[[3,1,2],3],[[1,2,3],6]]"},
    {"asyncio with executors", R"(
def block(n): time.sleep(n); log('thread', n); return n
async def check():
    loop = asyncio.get_running_loop()
    log(await asyncio.gather(asyncio.to_thread(block, 3), loop.run_in_executor(None, block, 1),
                             asyncio.sleep(2, 'task')))
    try: await asyncio.wait_for(asyncio.to_thread(block, 20), 10)
    except asyncio.TimeoutError: log('late')
    return said)",
     R"([["thread",1,1],["thread",3,3],[[3,1,"task"],3],["late",13],["thread",20,23]])"},
    {"a loop in a thread of its own", R"(
async def nap(n): await asyncio.sleep(n); log('task', n); return n
def check():
    loop = asyncio.new_event_loop(); t = spawn(loop.run_forever)
    fs = [asyncio.run_coroutine_threadsafe(nap(n), loop) for n in (5, 3)]
    log([f.result(timeout=30) for f in fs])
    loop.call_soon_threadsafe(loop.stop); t.join(); loop.close(); return said)",
     R"([["task",3,3],["task",5,5],[[5,3],5]])"},
    {"sockets between threads", R"(
a, b = socket.socketpair()
def echo():
    while data := b.recv(100): time.sleep(3); b.sendall(data.upper())
    log('closed')
def check():
    t = spawn(echo)
    for word in (b'one', b'two'): a.sendall(word); log(a.recv(100).decode())
    a.close(); t.join(); return said)",
     R"([["ONE",3],["TWO",6],["closed",6]])"},
    {"a receive of all that was asked for, sent in pieces", R"(
a, b = socket.socketpair()
def send():
    for _ in range(4): time.sleep(2); b.sendall(b'x' * 250)
def check():
    t = spawn(send); log(len(a.recv(1000, socket.MSG_WAITALL))); t.join(); return said)",
     "[[1000,8]]"},
    {"a send of more than there is room for", R"(
a, b = socket.socketpair()
def drain():
    n = 0
    while n < 10**6: time.sleep(1); n += len(b.recv(200_000))
    log('drained')
def check():
    t = spawn(drain); sent = a.send(b'x' * 10**6); t.join(); return [sent] + said[0][:1])",
     R"([1000000,"drained"])"},
    {"a message in parts, longer than any buffer", R"(
import socket
a, b = socket.socketpair()
def drain():
    n = 0
    while n < 3 * 10**6: n += len(b.recv(10**6))
    log('drained')
def check():
    t = spawn(drain); sent = a.sendmsg([b'x' * 10**6, b'', b'y' * (2 * 10**6)]); t.join()
    return [sent] + said[0][:1])",
     R"([3000000,"drained"])"},
    {"a pipe with a full buffer", R"(
r, w = os.pipe()
def drain():
    n = 0
    while n < 300_000: time.sleep(1); n += len(os.read(r, 70_000))
    log('drained')
def check():
    t = spawn(drain); sent = os.write(w, b'x' * 300_000); t.join(); return [sent] + said[0][:1])",
     R"([300000,"drained"])"},
    {"two threads that take from one pipe", R"(
r, w = os.pipe()
def take(name): log(name, os.read(r, 1).decode())
def check():
    ts = [spawn(take, n) for n in 'ab']; time.sleep(1); os.write(w, b'1'); time.sleep(1); os.write(w, b'2')
    for t in ts: t.join()
    return said)",
     R"([["a","1",1],["b","2",2]])"},
    {"two threads that accept on one socket", R"(
s = socket.create_server(('127.0.0.1', 0))
def serve(name):
    c, _ = s.accept(); log(name); c.sendall(name.encode()); c.close()
def check():
    ts = [spawn(serve, n) for n in 'ab']; time.sleep(1); got = []
    for _ in 'ab':
        with socket.create_connection(s.getsockname()) as c: got.append(c.recv(9).decode())
        time.sleep(1)
    for t in ts: t.join()
    return got + said)",
     R"(["a","b",["a",1],["b",2]])"},
    {"select, poll and epoll loops", R"(
def watch(make, name, fd):
    s = make(); s.register(fd, selectors.EVENT_READ)
    log(name, len(s.select(2))); log(name, len(s.select(10))); s.close()
def check():
    kinds = [selectors.SelectSelector, selectors.PollSelector, selectors.EpollSelector]
    pairs = [socket.socketpair() for _ in kinds]
    ts = [spawn(watch, k, k.__name__[:-8], p[0]) for k, p in zip(kinds, pairs)]
    time.sleep(5)
    for p in reversed(pairs): p[1].send(b'x')
    for t in ts: t.join()
    return said)",
     R"([["Select",0,2],["Poll",0,2],["Epoll",0,2],["Select",1,5],["Poll",1,5],["Epoll",1,5]])"},
    {"an edge of epoll is told once", R"(
def check():
    a, b = socket.socketpair(); e = select.epoll(); e.register(a, select.EPOLLIN | select.EPOLLET)
    t = spawn(lambda: (time.sleep(3), b.send(b'x')))
    log(len(e.poll(10))); log(len(e.poll(10))); t.join(); return said)",
     "[[1,3],[0,13]]"},
    {"an eventfd", R"(
def check():
    fd = os.eventfd(0); t = spawn(lambda: (time.sleep(4), os.eventfd_write(fd, 3)))
    log(os.eventfd_read(fd)); t.join(); return said)",
     "[[3,4]]"},
    {"a lock on a file", R"(
import fcntl
def hold():
    with open('lock', 'w') as f: fcntl.flock(f, fcntl.LOCK_EX); time.sleep(6)
def check():
    t = spawn(hold); time.sleep(1)
    with open('lock', 'w') as f: fcntl.flock(f, fcntl.LOCK_EX); log('mine')
    t.join(); return said)",
     R"([["mine",6]])"},
    {"a server in a thread", R"(
import http.server, urllib.request
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        time.sleep(4); self.send_response(200); self.send_header('Content-Length', '2')
        self.end_headers(); self.wfile.write(b'ok')
    def log_message(self, *a): pass
def check():
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler); t = spawn(server.serve_forever, 3)
    def get(n):
        with urllib.request.urlopen('http://127.0.0.1:%d/' % server.server_address[1]) as a: return a.read().decode()
    with ThreadPoolExecutor(3) as pool: log(list(pool.map(get, range(3))))
    server.shutdown(); t.join(); server.server_close(); return said[0])",
     R"([["ok","ok","ok"],4])"},
    {"many small messages both ways, which wait for no acknowledgement", R"(
s = socket.create_server(('127.0.0.1', 0))
def serve():
    c, _ = s.accept()
    for _ in range(100):
        line = b''
        while not line.endswith(b'\n'): line += c.recv(1)
        c.send(line[:1]); c.send(line[1:])
def check():
    t = spawn(serve); c = socket.create_connection(s.getsockname()); f = c.makefile('rb')
    for n in range(100): c.send(b'%d' % n); c.send(b'\n'); assert int(f.readline()) == n
    t.join(); log('end'); return said)",
     R"([["end",0]])"},
    {"an import lock", R"(
def load(): import colorsys; log(colorsys.__name__)
def check():
    for t in [spawn(load) for _ in range(3)]: t.join()
    return said)",
     R"([["colorsys",0],["colorsys",0],["colorsys",0]])"},
    {"a signal for the first thread, sent by another", R"(
def ring(*a): log('rang')
def check():
    signal.signal(signal.SIGUSR1, ring)
    t = spawn(lambda: (time.sleep(3), os.kill(os.getpid(), signal.SIGUSR1)))
    time.sleep(10); log('slept'); t.join(); return said)",
     R"([["rang",3],["slept",10]])"},
    {"a signal for one thread", R"(
def ring(*a): raise TimeoutError
def check():
    signal.signal(signal.SIGUSR1, ring); me = threading.get_ident()
    t = spawn(lambda: (time.sleep(3), signal.pthread_kill(me, signal.SIGUSR1)))
    try: time.sleep(10)
    except TimeoutError: log('rang')
    t.join(); return said)",
     R"([["rang",3]])"},
    {"an alarm, while others work", R"(
def ring(*a): raise TimeoutError
def check():
    signal.signal(signal.SIGALRM, ring); signal.alarm(5); t = spawn(time.sleep, 20)
    try: threading.Event().wait()
    except TimeoutError: log('rang')
    t.join(); log('end'); return said)",
     R"([["rang",5],["end",20]])"},
    {"a thread that takes signals", R"(
def take():
    for _ in range(2): log(int(signal.sigwait([signal.SIGUSR1, signal.SIGALRM]) == signal.SIGALRM))
def check():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGALRM]); t = spawn(take)
    time.sleep(2); os.kill(os.getpid(), signal.SIGUSR1); signal.setitimer(signal.ITIMER_REAL, 4)
    t.join(); return said)",
     "[[0,2],[1,6]]"},
    {"a signal that wakes an event loop", R"(
async def check():
    loop = asyncio.get_running_loop(); rang = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, rang.set)
    t = spawn(lambda: (time.sleep(3), os.kill(os.getpid(), signal.SIGUSR1)))
    await asyncio.wait_for(rang.wait(), 10); log('rang'); t.join(); return said)",
     R"([["rang",3]])"},
    {"data of each thread's own, and names in the order of their start", R"(
own = threading.local()
def work(n): own.n = n; time.sleep(1); log(threading.current_thread().name, own.n)
def check():
    for t in [spawn(work, n) for n in range(2)]: t.join()
    return said)",
     R"j([["Thread-1 (work)",0,1],["Thread-2 (work)",1,1]])j"},
    {"small stacks", R"(
def check():
    threading.stack_size(32768); t = spawn(lambda: (time.sleep(1), log('small'))); t.join(); return said)",
     R"([["small",1]])"},
    {"deep recursion in a thread", R"(
class Deep:
    def __getattr__(self, name): return getattr(self, name + 'x' if len(name) < 2000 else 1)
def work():
    try: Deep().x
    except RecursionError: log('deep')
def check(): spawn(work).join(); return said)",
     R"([["deep",0]])"},
    {"two hundred threads", R"(
def work(n): time.sleep(200 - n); total.append(n)
total = []
def check():
    ts = [spawn(work, n) for n in range(200)]
    for t in ts: t.join()
    log(total == list(range(199, -1, -1)), len(ts)); return said)",
     "[[true,200,200]]"},
};

}  // namespace

std::span<const Program> thread_programs() { return kPrograms; }

}  // namespace assay::test
