import io
import os
import tempfile
import threading


def in_threads(n, target):
    threads = [threading.Thread(target=target, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, "lines")
    # A write of a whole line is one piece.
    with open(path, "wb") as f:

        def write(n):
            for i in range(500):
                f.write(b"%d:%d\n" % (n, i))

        in_threads(4, write)
    with open(path) as f:
        lines = f.read().split()
    print(len(lines), sorted(lines) == sorted(f"{n}:{i}" for n in range(4) for i in range(500)))
    print(all([line for line in lines if line[0] == str(n)] == [f"{n}:{i}" for i in range(500)] for n in range(4)))

    # Blocks of a file that threads read together: each byte once, each block in one piece.
    with open(path, "wb") as f:
        f.write(b"".join(b"%07d\n" % i for i in range(4000)))
    blocks = []
    with open(path, "rb", buffering=100) as f:

        def read(n):
            while block := f.read(24):
                blocks.append(block)

        in_threads(4, read)
    print(len(blocks), sorted(blocks) == [b"%07d\n%07d\n%07d\n" % (i, i + 1, i + 2) for i in range(0, 3999, 3)] + [b"0003999\n"])
    with open(path, "rb", buffering=64) as f:
        lines = []
        in_threads(4, lambda n: lines.extend(iter(f.readline, b"")))
    print(sorted(lines) == [b"%07d\n" % i for i in range(4000)])

    # A pipe of which one end waits.
    reader, writer = os.pipe()
    got = []
    t = threading.Thread(target=lambda: got.append(os.read(reader, 100)))
    t.start()
    os.write(writer, b"through the pipe")
    t.join()
    print(got)
    os.close(reader)
    os.close(writer)
text = io.StringIO()
in_threads(4, lambda n: [text.write(f"{n}\n") for _ in range(200)])
print(sorted(text.getvalue().split()) == sorted(str(n) for n in range(4) for _ in range(200)))
