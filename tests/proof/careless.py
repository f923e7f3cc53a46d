"""careless: stores lines and writes each out again, flushed or not. For power.py, which must
find out which.

    careless.py HOW FILE        HOW: sqlite-off, sqlite-full, append, append-flush (but not
                                the directory), append-flush-both
    careless.py HOW-show FILE   what it has stored
"""
import os
import sqlite3
import sys


def open_sqlite(path, how):
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=" + how)
    database.execute("CREATE TABLE IF NOT EXISTS line (text TEXT)")
    return database


def keep_sqlite(path, how):
    database = open_sqlite(path, how)
    for line in sys.stdin:
        database.execute("INSERT INTO line VALUES (?)", (line.strip(),))
        print(line, end="", flush=True)


def keep_file(path, how):
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    if how.endswith("both"):
        os.fsync(os.open(os.path.dirname(path), os.O_RDONLY))
    for line in sys.stdin:
        os.write(file, line.encode())
        if "flush" in how:
            os.fdatasync(file)
        print(line, end="", flush=True)


def show(path, how):
    try:
        if how.startswith("sqlite"):
            for row in open_sqlite(path, "FULL").execute("SELECT text FROM line"):
                print(row[0])
        else:
            with open(path, encoding="ascii", errors="replace") as file:
                print(file.read())
    except (FileNotFoundError, sqlite3.DatabaseError):
        pass # then it shows nothing


def main():
    how, path = sys.argv[1:]
    if how.endswith("-show"):
        show(path, how)
    elif how.startswith("sqlite"):
        keep_sqlite(path, how.partition("-")[2].upper())
    else:
        keep_file(path, how)


if __name__ == "__main__":
    main()
