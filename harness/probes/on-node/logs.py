# Reads what a product has logged on this machine since a mark, as JSON lines, bounded in time and in bytes; nothing is kept here.
#
# Without a mark it only says where everything stands: that is the mark for the next time.

import collections
import json
import os
import subprocess
import sys
import threading
import time

FIELDS = 'MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_COMM,_PID,_SYSTEMD_UNIT'
# Of a log that tells more than that, its beginning and its end are kept: half each.
LOG_BYTES = 1_000_000
LINE_CHARACTERS = 2000
READ_S = 5


class Kept:
    """Lines up to a number of bytes: the first and the last ones; those between are counted."""

    def __init__(self):
        self.head, self.tail = [], collections.deque()
        self.head_bytes = self.tail_bytes = self.dropped = 0

    def add(self, line):
        size = len(line['text']) + 100
        if not self.tail and self.head_bytes + size <= LOG_BYTES // 2:
            self.head.append(line)
            self.head_bytes += size
            return
        self.tail.append((line, size))
        self.tail_bytes += size
        while self.tail_bytes > LOG_BYTES // 2:
            self.tail_bytes -= self.tail.popleft()[1]
            self.dropped += 1

    def lines(self):
        return [*self.head, *(line for line, _ in self.tail)]


def journal(since_ns, units, identifiers):
    """How the journal is told, and its lines."""
    kept, told = Kept(), {'log': 'journal'}
    terms = [*(f'{field}={unit}' for unit in units for field in ('_SYSTEMD_UNIT', 'UNIT', 'OBJECT_SYSTEMD_UNIT')),
             *(f'SYSLOG_IDENTIFIER={identifier}' for identifier in identifiers), '_TRANSPORT=kernel']
    # Any of them: journalctl's own word for it is `+`.
    matches = [part for term in terms for part in ('+', term)][1:]
    process = journalctl(f'--since=@{since_ns / 1e9:.6f}', *matches)
    late = threading.Timer(READ_S, process.kill)
    late.start()
    for text in process.stdout:
        entry = json.loads(text)
        wall_ms = int(entry['__REALTIME_TIMESTAMP']) / 1000
        if wall_ms * 1e6 >= since_ns:
            kept.add({'log': 'journal', 'text': message_of(entry)[:LINE_CHARACTERS], 'wallMs': wall_ms, 'identifier': one(entry.get('SYSLOG_IDENTIFIER')) or one(entry.get('_COMM')),
                      'unit': one(entry.get('_SYSTEMD_UNIT')), 'pid': whole(one(entry.get('_PID'))), 'priority': whole(one(entry.get('PRIORITY')))})
    late.cancel()
    code, said = process.wait(), process.stderr.read().decode(errors='replace').strip()
    if code == -9:
        told['error'] = f'reading it took longer than {READ_S} s'
    elif code != 0:
        told['error'] = said or f'journalctl ended with {code}'
    else:
        told['firstWallMs'] = first_entry_ms()
    return {**told, 'dropped': kept.dropped}, kept.lines()


def journalctl(*arguments):
    return subprocess.Popen(['journalctl', '--quiet', '--no-pager', '--all', '--output=json', f'--output-fields={FIELDS}', *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def first_entry_ms():
    """What was logged before that is gone; None of an empty journal."""
    process = journalctl()
    text = process.stdout.readline()
    process.kill()
    process.communicate()
    return int(json.loads(text)['__REALTIME_TIMESTAMP']) / 1000 if text else None


def message_of(entry):
    """Bytes that are no UTF-8 come as numbers."""
    said = entry.get('MESSAGE')
    if isinstance(said, list) and all(isinstance(each, int) for each in said):
        return bytes(said).decode(errors='replace')
    return one(said) or ''


def one(value):
    """A field may be there more than once."""
    return value[0] if isinstance(value, list) else value


def whole(text):
    return int(text) if text and text.isdigit() else None


def file_log(path, mark):
    """The same of a file: what was written behind the mark, or all of it where it is another file now."""
    kept, told = Kept(), {'log': path}
    try:
        with open(path, 'rb') as file:
            status = os.fstat(file.fileno())
            goes_on = mark is None or mark[0] == status.st_ino and mark[1] <= status.st_size
            told['anew'] = not goes_on
            file.seek(mark[1] if mark and goes_on else 0)
            # What is written while we read is for the next time.
            left, until = status.st_size - file.tell(), time.monotonic() + READ_S
            while left > 0:
                text = file.readline(left)
                left -= len(text)
                kept.add({'log': path, 'text': text.decode(errors='replace').rstrip('\n')[:LINE_CHARACTERS], 'wallMs': None, 'identifier': None, 'unit': None, 'pid': None, 'priority': None})
                if time.monotonic() > until:
                    told['error'] = f'reading it took longer than {READ_S} s'
                    break
    except OSError as error:
        told['error'] = error.strerror
    return {**told, 'dropped': kept.dropped}, kept.lines()


def mark(files):
    return {'wallNs': str(time.time_ns()), 'files': {path: stands(path) for path in files}}


def stands(path):
    try:
        status = os.stat(path)
        return [status.st_ino, status.st_size]
    except OSError:
        return None


def started_ns():
    """When this machine was started, on its monotonic clock: its first process."""
    with open('/proc/1/stat', encoding='ascii', errors='replace') as file:
        ticks = int(file.read().rpartition(')')[2].split()[19])
    return ticks * 1_000_000_000 // os.sysconf('SC_CLK_TCK')


def main():
    options = json.loads(sys.argv[1])
    since = options.get('since')
    if not since:
        print(json.dumps(mark(options['files'])))
        return
    read = [journal(int(since['wallNs']), options['units'], options['identifiers']), *(file_log(path, since['files'].get(path)) for path in options['files'])]
    clock = {'wallMs': time.time_ns() / 1e6, 'ns': str(time.monotonic_ns()), 'startedNs': str(started_ns())}
    lines = [json.dumps({**clock, 'logs': [told for told, _ in read]}), *(json.dumps(line) for _, lines in read for line in lines)]
    sys.stdout.write('\n'.join(lines) + '\n')


if __name__ == '__main__':
    main()
