#include "tests/unit/sandboxes/programs.h"

namespace assay::test {

const std::string kNative = R"(
import ctypes
c = ctypes.CDLL(None, use_errno=True); ref = ctypes.byref
class Time(ctypes.Structure): _fields_ = [('s', ctypes.c_long), ('ns', ctypes.c_long)]
class Timer(ctypes.Structure): _fields_ = [('every', Time), ('first', Time)]
def deadline(s, clock=time.CLOCK_REALTIME): return ref(Time(int(time.clock_gettime(clock)) + s))
def timer(first, every=0, flags=0, clock=time.CLOCK_MONOTONIC):
    fd = c.timerfd_create(clock, flags); set_timer(fd, first, every); return fd
def set_timer(fd, first, every=0, flags=0):
    old = Timer(); new = Timer(Time(every), Time(first))
    assert c.timerfd_settime(fd, flags, ref(new), ref(old)) == 0
    return [round(old.first.s + old.first.ns / 1e9), old.every.s]
def rung(fd): return int.from_bytes(os.read(fd, 8), 'little')
)";

namespace {

constexpr Program kPrograms[] = {
    {"a mutex that is not let go in time", R"(
def check():
    mutex = ctypes.create_string_buffer(64); assert c.pthread_mutex_init(mutex, None) == 0
    t = spawn(lambda: (c.pthread_mutex_lock(mutex), time.sleep(30), c.pthread_mutex_unlock(mutex)))
    log(c.pthread_mutex_timedlock(mutex, deadline(10)) == 110)
    log(c.pthread_mutex_clocklock(mutex, 1, deadline(10, time.CLOCK_MONOTONIC)) == 110)
    log(c.pthread_mutex_clocklock(mutex, 1, deadline(-1, time.CLOCK_MONOTONIC)) == 110)
    log(c.pthread_mutex_timedlock(mutex, ref(Time(2**40, 10**9))) == 22)
    log(c.pthread_mutex_timedlock(mutex, deadline(20))); t.join(); return said)",
     "[[true,10],[true,20],[true,20],[true,20],[0,30]]"},
    {"a lock for readers and writers that is not let go in time", R"(
def check():
    lock = ctypes.create_string_buffer(64); assert c.pthread_rwlock_init(lock, None) == 0
    t = spawn(lambda: (c.pthread_rwlock_wrlock(lock), time.sleep(50), c.pthread_rwlock_unlock(lock)))
    log(c.pthread_rwlock_timedrdlock(lock, deadline(10)) == 110)
    log(c.pthread_rwlock_timedwrlock(lock, deadline(10)) == 110)
    log(c.pthread_rwlock_clockrdlock(lock, 1, deadline(10, time.CLOCK_MONOTONIC)) == 110)
    log(c.pthread_rwlock_clockwrlock(lock, 1, deadline(10, time.CLOCK_MONOTONIC)) == 110)
    log(c.pthread_rwlock_timedrdlock(lock, deadline(20))); t.join(); return said)",
     "[[true,10],[true,20],[true,30],[true,40],[0,50]]"},
    {"a semaphore and a clock of one's choice", R"(
def check():
    sem = ctypes.create_string_buffer(32); assert c.sem_init(sem, 0, 0) == 0
    t = spawn(lambda: (time.sleep(30), c.sem_post(sem)))
    log(c.sem_clockwait(sem, 1, deadline(10, time.CLOCK_MONOTONIC)), ctypes.get_errno() == 110)
    log(c.sem_clockwait(sem, 0, deadline(40))); t.join(); return said)",
     "[[-1,true,10],[0,30]]"},
    {"a timer that is read", R"(
def check():
    once, often = timer(5), timer(2, 3); log(rung(often)); log(rung(once)); log(rung(often))
    time.sleep(10); log(rung(often)); log(rung(often)); return said)",
     "[[1,2],[1,5],[1,5],[3,15],[1,17]]"},
    {"timers that are polled", R"(
def check():
    p = select.poll(); p.register(timer(4), select.POLLIN); log(len(p.poll(1000))); log(len(p.poll()))
    log(len(select.select([timer(4)], [], [], 9)[0]))
    e = select.epoll(); fd = timer(2, 2); e.register(fd, select.EPOLLIN | select.EPOLLET)
    log(len(e.poll())); log(len(e.poll(3))); log(rung(fd)); log(len(e.poll())); return said)",
     "[[0,1],[1,4],[1,8],[1,10],[0,13],[2,13],[1,14]]"},
    {"a timer that is asked for again and again", R"(
def check():
    fd = timer(3, 0, os.O_NONBLOCK)
    while True:
        try: log(rung(fd)); return said
        except BlockingIOError: pass)",
     "[[1,3]]"},
    {"a timer by the time of day, set anew and put off", R"(
def check():
    fd = timer(9, 1, clock=0); log(set_timer(fd, int(time.time()) + 4, 0, 1)); log(rung(fd))
    now = Timer(); assert c.timerfd_gettime(fd, ref(now)) == 0; log(now.first.s, now.first.ns)
    set_timer(fd, int(time.time()) - 7, 5, 1); log(rung(fd)); set_timer(fd, 0)
    log(len(select.select([fd], [], [], 20)[0])); return said)",
     "[[[9,1],0],[1,4],[0,0,4],[2,4],[0,24]]"},
    {"a timer of an event loop, in one thread of two", R"(
async def ring():
    loop = asyncio.get_running_loop(); fd = timer(5, 5, os.O_NONBLOCK); rings = asyncio.Queue()
    loop.add_reader(fd, lambda: rings.put_nowait(rung(fd)))
    for _ in range(2): log('rang', await rings.get())
def check():
    t = spawn(asyncio.run, ring()); time.sleep(7); log('slept'); t.join(); return said)",
     R"([["rang",1,5],["slept",7],["rang",1,10]])"},
    {"a timer that was closed rings nobody, and its number is another's", R"(
def check():
    fd = timer(5, 1); os.close(fd); r, w = os.pipe(); assert fd in (r, w); time.sleep(10)
    log(len(select.select([r], [], [], 3)[0])); os.close(r); os.close(w)
    fd = timer(4); log(rung(fd)); return said)",
     "[[0,13],[1,17]]"},
    {"a signal that was pending ends a wait that lets it through", R"(
def check():
    signal.signal(signal.SIGUSR1, lambda *a: log('rang'))
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1]); none = ctypes.create_string_buffer(128)
    os.kill(os.getpid(), signal.SIGUSR1); time.sleep(3); log('slept')
    log(c.ppoll(None, 0, ref(Time(50)), none), ctypes.get_errno() == 4)
    log(c.ppoll(None, 0, ref(Time(5)), none)); os.kill(os.getpid(), signal.SIGUSR1)
    log(c.pselect(0, None, None, None, None, none), ctypes.get_errno() == 4); return said)",
     R"([["slept",3],["rang",3],[-1,true,3],[0,8],["rang",8],[-1,true,8]])"},
    {"a signal that comes in a wait that alone lets it through", R"(
def check():
    signal.signal(signal.SIGALRM, lambda *a: log('rang'))
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM]); none = ctypes.create_string_buffer(128)
    signal.alarm(5); time.sleep(2); log(c.ppoll(None, 0, ref(Time(50)), none), ctypes.get_errno() == 4)
    signal.alarm(5); log(c.poll(None, 0, 9000)); e = select.epoll()
    log(c.epoll_pwait2(e.fileno(), none, 1, None, none), ctypes.get_errno() == 4); return said)",
     R"([["rang",5],[-1,true,5],[0,14],["rang",14],[-1,true,14]])"},
    {"a wait of an epoll with a time in nanoseconds", R"(
def check():
    e = select.epoll(); log(c.epoll_pwait2(e.fileno(), ctypes.create_string_buffer(12), 1, ref(Time(6)), None))
    return said)",
     "[[0,6]]"},
    {"a copy of what is in a pipe", R"(
def check():
    (r, w), (r2, w2) = os.pipe(), os.pipe(); t = spawn(lambda: (time.sleep(3), os.write(w, b'abc')))
    log(c.tee(r, w2, 100, 0)); log((os.read(r, 9) + os.read(r2, 9)).decode()); t.join(); return said)",
     R"([[3,3],["abcabc",3]])"},
    {"the C library's other clocks", R"(
def check():
    now = Time(); time.sleep(40); log(c.timespec_get(ref(now), 1)); log(now.s - int(time.time()))
    log(c.clock() < 1_000_000, c.clock() <= time.process_time_ns() // 1000); return said)",
     "[[1,40],[0,40],[true,true,40]]"},
};

}  // namespace

std::span<const Program> native_programs() { return kPrograms; }

}  // namespace assay::test
