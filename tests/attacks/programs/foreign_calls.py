# getpid through the 32-bit gate, whose numbers are others: machine code in memory of its own.
# aim: make system calls by the 32-bit gate
# reached: kind == "returned"
# outcome: policy, signaled
import ctypes
import mmap


def main(host):
    code = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS,
                     prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()
