# What the console's commands share: who they are, what they may wait for, and the log-in line that each begins with.
import fcntl
import os
import signal
import subprocess
import sys
import time

LOGINS = '/var/lib/ssm/console'
# A server without a cluster has it, with a word on how it came to be one; boot and web application look for it, too.
STAND_ALONE = '/var/lib/ssm/stand-alone'
# The key by which the first server sets up the second, and on the second, whom it lets in; until the teardown.
TUNNEL = '/etc/ssm/tunnel'
AT_WORK = '/run/ssm/console.lock'


def server():
    """This server's /etc/ssm/cluster.conf."""
    with open('/etc/ssm/cluster.conf', encoding='utf-8') as file:
        lines = (line.strip() for line in file)
        return dict(line.split('=', 1) for line in lines if '=' in line and not line.startswith('#'))


def say(*lines):
    try:
        for line in lines:
            print(line, flush=True)
    except OSError:
        # Whoever listened has gone. What was begun is done all the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def ask(question):
    """The line that is typed, as it is; nothing when there is nobody to type it. From the keyboard: leave at once, and nothing is done."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stdout.write(question)
    sys.stdout.flush()
    return sys.stdin.readline().removesuffix('\n').removesuffix('\r')


def refuse(why):
    say(f'Error: {why}')
    sys.exit(1)


def stand_alone():
    """How this server came to be without a cluster; None for one that has one."""
    try:
        with open(STAND_ALONE, encoding='utf-8') as file:
            return file.read().strip()
    except FileNotFoundError:
        return None


def before_deployment(name):
    """What the three commands of a deployment have in common: each is for one of the two servers, without a cluster."""
    here = server()
    if here['NODE'] != name:
        refuse(f"this is {here['NODE']}; it is done on {name}")
    if stand_alone() is None:
        refuse('HA is enabled on this server already')
    if stand_alone() == 'being torn down':
        refuse('a teardown was cut off here; run ha_teardown again')
    return here


def become_stand_alone(how):
    """On the disk when it returns, whole or not at all."""
    with open(f'{STAND_ALONE}.new', 'w', encoding='utf-8') as file:
        file.write(f'{how}\n')
        file.flush()
        os.fsync(file.fileno())
    os.replace(f'{STAND_ALONE}.new', STAND_ALONE)
    os.sync()


def log_in(account):
    """The product runs each part under su, which tells when that account was last used, and on which terminal."""
    path = f'{LOGINS}/{account}'
    try:
        with open(path, encoding='utf-8') as file:
            say(f'Last login: {file.read().strip()}')
    except FileNotFoundError:
        pass
    os.makedirs(LOGINS, exist_ok=True)
    with open(f'{path}.{os.getpid()}', 'w', encoding='utf-8') as file:
        file.write(time.strftime('%a %b %e %H:%M:%S UTC %Y', time.gmtime()) + terminal())
    os.replace(f'{path}.{os.getpid()}', path)


def terminal():
    try:
        return ' on ' + os.ttyname(0).removeprefix('/dev/')
    except OSError:
        return ''


def systemctl(verb, unit, limit_s):
    """Waits until it is done. Exits with the product's word for it when it was not, or not in time."""
    try:
        done = subprocess.run(['systemctl', verb, unit], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit_s)
        why = done.stderr.strip().replace('\n', ' ') if done.returncode else None
    except subprocess.TimeoutExpired:
        why = f'not done within {limit_s} s'
    if why is not None:
        say(f'Error: unable to {verb} {unit}: {why}')
        sys.exit(1)


def begin():
    """What follows is done to its end, whoever hangs up or loses patience, and by one at a time. The lock that is returned goes with the process."""
    for name in (signal.SIGINT, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    lock = open(AT_WORK, 'w', encoding='utf-8')
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say('Error: the cluster is being stopped, started, torn down or deployed already')
        sys.exit(1)
    return lock
