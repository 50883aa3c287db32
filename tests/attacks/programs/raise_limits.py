# aim: lift its own limits
# reached: not all(value)
# outcome: returned
# value: [true, true, true, true]
import resource


def main(host):
    refused = []
    for which in (resource.RLIMIT_DATA, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        try:
            resource.setrlimit(which, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            refused.append(False)
        except (OSError, ValueError):
            refused.append(True)
    return refused
