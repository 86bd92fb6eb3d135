"""What a block writes to buffered streams is written when it commits."""

import io
import os
import sys
import tempfile

import transaction

atomic = transaction.atomic


class Undo(Exception):
    pass


def undone(*functions):
    try:
        with atomic:
            for function in functions:
                function()
            raise Undo
    except Undo:
        pass


directory = tempfile.TemporaryDirectory()
path = os.path.join(directory.name, "file")


def written():
    with open(path, "rb") as file:
        return file.read()


undone(lambda: print("undone"), sys.stdout.flush)

with open(path, "w") as text:
    with atomic:
        print("a", "b", sep="\n", file=text)
        text.flush()
        text.write("x" * 20000)
        print(transaction.is_atomic())
        transaction.on_commit(lambda: print("on_commit sees", len(written())))
        text.flush()
    print(len(written()))
    undone(lambda: text.write("undone"), text.flush)

    # Only the part of the inner block is dropped.
    with atomic:
        text.write("1")
        undone(lambda: text.write("2"), lambda: undone(lambda: text.write("3")))
        with atomic:
            text.write("4")
        text.write("5")
    text.flush()
    print(written()[-5:])

# Text and its buffer are one stream: the order is that of the program.
with open(path, "w") as text:
    with atomic:
        text.buffer.write(b"1")
        text.write("2")
        text.flush()
        text.buffer.write(b"3")
        text.write("4")
        text.flush()
    text.write("5")
print(written())

# Binary streams, with what is read from them in between.
with open(path, "wb+") as binary:
    binary.write(b"0123456789")
    binary.seek(2)
    print(binary.read(2))
    with atomic:
        binary.write(b"xx")
        binary.flush()
    print(binary.tell())
    undone(lambda: binary.write(b"undone" * 5000), binary.flush)
    binary.write(b"y")
    binary.seek(0)
    print(binary.read())
    with atomic:
        binary.seek(0)
        binary.write(b"read back")
        binary.seek(0)
        print(binary.read(4))

# What goes past the buffers comes behind what was written before.
with open(path, "w") as text:
    with atomic:
        text.write("first ")
        text.flush()
        os.write(text.fileno(), b"second ")
        text.write("third")
print(written())

# Closing in a block, and a file of its own.
with atomic:
    with open(path, "w") as own:
        own.write("own")
print(written())
text = open(path, "w")
with atomic:
    text.write("closed")
    text.close()
print(written())

# Errors of the arguments come at once, those of writing at the end; the block stays committed.
for wrong in (lambda: text.write("x"), lambda: sys.stdout.write(1), lambda: sys.stdout.buffer.write("x")):
    try:
        with atomic:
            wrong()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
with open(path, "w", encoding="ascii") as text:
    try:
        with atomic:
            text.write("\xe9")
    except UnicodeEncodeError as error:
        print(error)
reader, writer = os.pipe()
os.close(reader)
pipe = open(writer, "w")
state = []
try:
    with atomic:
        state.append("committed")
        pipe.write("x")
        pipe.flush()
        transaction.on_commit(lambda: state.append("told"))
except BrokenPipeError as error:
    print(type(error).__name__, state)
try:
    pipe.close()
except BrokenPipeError:
    print("still broken")

# Streams in memory are objects like others.
memory = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
with atomic:
    memory.write("seen ")
    memory.flush()
    print(memory.buffer.getvalue())
print("end")
