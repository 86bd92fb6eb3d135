import mmap
import os
import tempfile


def show(*calls):
    for call in calls:
        try:
            print(call())
        except Exception as e:
            print(type(e).__name__, e)


m = mmap.mmap(-1, 20)
print(m, m.closed, len(m), mmap.error is OSError)
show(lambda: m['x'], lambda: m[50], lambda: m[-1], lambda: m[0:3], lambda: m[::3], lambda: m.__setitem__(0, 'x'),
     lambda: m.__setitem__(0, 300), lambda: m.__setitem__(slice(0, 3), b'ab'), lambda: m.__setitem__(slice(0, 3), 3),
     lambda: m.__delitem__(0), lambda: m.__delitem__(slice(0, 2)))
m[:6] = b'abcdef'
m[0:6:2] = b'XYZ'
m[19] = 10
print(m[:], list(m)[:2])
show(lambda: m.write(b'x' * 50), lambda: m.seek(100), lambda: m.seek(0, 7), lambda: m.seek(-1), lambda: m.seek(3), m.tell,
     m.read_byte, lambda: m.read(4), lambda: m.read('x'), m.readline, lambda: m.read(), m.read_byte,
     lambda: m.write_byte(1), lambda: m.find(b'Y'), lambda: m.find(b'Y', 0), lambda: m.rfind(b'Z', 0, 3),
     lambda: m.find(b'Z', -18), m.flush, lambda: m.flush(0, 100), lambda: m.flush(-1), m.size, lambda: m.resize(30),
     lambda: m.resize(-1), lambda: m.move(0, 1, 4), lambda: m[:6], lambda: m.move(0, 1, 200), lambda: m.move(-1, 1, 2),
     lambda: m.madvise(mmap.MADV_NORMAL), lambda: m.madvise(0, 100), lambda: m.madvise(0, 0, -1), m.seekable,
     lambda: m.write_byte(300), lambda: m.seek(0), lambda: m.write(b'new'), lambda: bytes(m[:4]))
view = memoryview(m)
view[0] = 65
print(m[:1], view.nbytes, view.readonly)
show(m.close, lambda: m.resize(10))
view.release()
m.close()
print(m, m.closed)
show(lambda: m[0], lambda: len(m), m.read, m.close, m.__enter__)
show(lambda: mmap.mmap(-1, 0), lambda: mmap.mmap(-1, -1), lambda: mmap.mmap(-1, 5, access=7),
     lambda: mmap.mmap(-1, 5, access=1, prot=1), lambda: mmap.mmap(999, 5), lambda: mmap.mmap(-1, 5, offset=-1),
     lambda: mmap.mmap(-1, 5, access=mmap.ACCESS_READ), lambda: mmap.mmap(-1, 5, prot=mmap.PROT_READ).write(b'a'),
     lambda: mmap.mmap(-1, 5, access=mmap.ACCESS_COPY).resize(8), lambda: mmap.mmap(-1, 5, trackfd=False).resize(3))

with tempfile.TemporaryFile() as file:
    file.write(b'first line\nsecond line\n' * 500)
    file.flush()
    fd = file.fileno()
    with mmap.mmap(fd, 0) as m:
        print(len(m), m.size(), m.readline(), m.readline(), m.tell())
        m[:5] = b'FIRST'
        m.flush()
        m.resize(5000)
        print(len(m), os.fstat(fd).st_size, os.pread(fd, 10, 0))
    copy = mmap.mmap(fd, 20, access=mmap.ACCESS_COPY)
    copy[:5] = b'local'
    print(copy[:10], os.pread(fd, 5, 0))
    part = mmap.mmap(fd, 0, offset=mmap.ALLOCATIONGRANULARITY, access=mmap.ACCESS_READ)
    print(len(part), part)
    show(lambda: part.__setitem__(0, 1), lambda: mmap.mmap(fd, 6000), lambda: mmap.mmap(fd, 0, offset=8192))
    file.truncate(0)
    show(lambda: mmap.mmap(fd, 0))
    part.close()
    copy.close()
