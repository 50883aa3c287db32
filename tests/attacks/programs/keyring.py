# A key in the keyring of its user, where the next box of that user would find it.
# aim: leave a key, or find one
# reached: kind == "returned" and value > 0
# outcome: policy
import ctypes

ADD_KEY, USER_KEYRING = 248, -4


def main(host):
    add_key = ctypes.CDLL(None, use_errno=True).syscall
    return add_key(ADD_KEY, b"user", b"attack-key", b"left", 4, USER_KEYRING)
