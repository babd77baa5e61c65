# The time of day of one service, off by as many seconds as a file says. Python loads this before the service, by its PYTHONPATH.
#
# Whoever asks the kernel past Python's time.time (datetime.now, TLS for the validity of certificates) is told what is right, and so
# is everybody who asks for the monotonic clock. Not libfaketime: version 0.9.10 breaks time.sleep of Python 3.11 (EINVAL, by its
# clock_nanosleep) whenever the monotonic clock is left alone, and leaves shared memory behind.

import os
import time

right, right_ns = time.time, time.time_ns
path = os.environ['HAYWIRE_CLOCK']


def offset_s():
    """Read anew each time, so that a clock goes off, and right, between two looks at it."""
    try:
        with open(path, encoding='ascii') as file:
            return float(file.read())
    except FileNotFoundError:
        return 0


time.time = lambda: right() + offset_s()
time.time_ns = lambda: right_ns() + round(offset_s() * 1e9)
