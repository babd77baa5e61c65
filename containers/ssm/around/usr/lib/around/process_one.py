# A container without systemd: its first process ends at once when it is told to, and leaves no dead children about.

import os
import signal

# What `docker stop` sends, and what it sends where the image was made for systemd.
STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGRTMIN + 3)


def be_process_one():
    """Returns in a process that is not number 1. That one stays here: it reaps, and ends with the service.

    With it the kernel ends all others; the services acknowledge nothing that is not on disk.
    """
    if os.getpid() != 1:
        return
    for each in STOP:
        signal.signal(each, lambda *_: os._exit(0))
    service = os.fork()
    if service == 0:
        return
    while True:
        child, status = os.wait()
        if child == service:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)
