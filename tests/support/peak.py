"""peak.py FILE PROGRAM [WORD...]: runs it, writes the peak of its memory in KiB, ends as it ended.

A process's peak begins with that of the one that started it, and the tests' own is large; this one
is small."""

import ctypes
import os
import resource
import signal
import sys

DEATH_SIGNAL = 1  # prctl


def main():
    child = os.fork()
    if not child:
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL)
        os.execv(sys.argv[2], sys.argv[2:])
    _, status, usage = os.wait4(child, 0)
    with open(sys.argv[1], "w", encoding="ascii") as file:
        file.write(str(usage.ru_maxrss))
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.kill(os.getpid(), -code)
    sys.exit(code)


main()
