# What a service knows outlives it: one JSON file, which is whole or as it was before, whoever is killed when.

import contextlib
import fcntl
import json
import os


class Kept:
    """The state in `folder`/state.json. `fresh` makes the one to begin with.

    with kept.change() as state:      # alone, among threads and processes
        state['n'] += 1               # on disk when the block ends; as before when it raises
    """

    def __init__(self, folder, fresh):
        self.folder = folder
        self.file = os.path.join(folder, 'state.json')
        self.fresh = fresh

    def read(self):
        # It is only ever replaced as a whole, so that reading needs no lock.
        try:
            with open(self.file, encoding='utf-8') as file:
                return json.load(file)
        except FileNotFoundError:
            return self.fresh()
        except ValueError as error:
            raise OSError(f'{self.file} is damaged: {error}') from error

    @contextlib.contextmanager
    def change(self):
        with self.alone('lock'):
            state = self.read()
            yield state
            replace(self.file, json.dumps(state, indent=1))

    @contextlib.contextmanager
    def alone(self, name, wait=True):
        """Holds the lock of that name, which the kernel takes back from whoever dies; without `wait`, BlockingIOError when another has it."""
        lock = os.open(os.path.join(self.folder, name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            give_to_owner_of(self.folder, lock)
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield
        finally:
            os.close(lock)


def replace(path, text):
    """The file has this text, on disk, or the one before. Two at a time are kept apart by the caller's lock."""
    folder = os.path.dirname(path)
    with open(f'{path}.new', 'w', encoding='utf-8', opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        give_to_owner_of(folder, file.fileno())
        file.write(text + '\n')
        file.flush()
        os.fsync(file.fileno())
    os.rename(f'{path}.new', path)
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def give_to_owner_of(folder, descriptor):
    # The service is root and the console is not: both work on the same files.
    if os.geteuid() == 0:
        owner = os.stat(folder)
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
