# bz2, lzma, gzip: whole strings, pieces, limits, files, damaged input
import bz2
import gzip
import io
import lzma
import zlib

data = b"".join(b"line %d of some text\n" % (i % 100) for i in range(5000))
for module in (bz2, lzma, gzip):
    packed = module.compress(data)
    print(module.__name__, module.decompress(packed) == data, len(packed) < len(data) // 5)
    file = io.BytesIO()
    with module.open(file, "wb") as f:
        f.write(data[:1000])
        f.write(data[1000:])
    file.seek(0)
    with module.open(file, "rt") as f:
        print(f.readline(), sum(1 for _ in f))
    print(module.decompress(packed + packed) == data * 2)

makers = [
    (bz2.BZ2Decompressor, bz2.compress(data)),
    (lzma.LZMADecompressor, lzma.compress(data)),
    (zlib._ZlibDecompressor, zlib.compress(data)),
]
for make, packed in makers:
    d = make()
    out = d.decompress(packed[:10])
    print(d.eof, d.needs_input, d.unused_data)
    out += d.decompress(packed[10:] + b"rest", 100)
    print(len(out), d.eof, d.needs_input)
    while not d.eof:
        out += d.decompress(b"", 5000)
    print(out == data, d.unused_data, d.needs_input)
    try:
        d.decompress(b"more")
    except EOFError as e:
        print(e)
    try:
        make().decompress(b"this is not compressed data")
    except (OSError, lzma.LZMAError, zlib.error) as e:
        print(type(e).__name__, e)

c = bz2.BZ2Compressor(1)
packed = c.compress(data) + c.flush()
print(bz2.decompress(packed) == data)
for call in (lambda: c.compress(b""), c.flush, lambda: bz2.BZ2Compressor(0)):
    try:
        call()
    except ValueError as e:
        print(e)

for format in (lzma.FORMAT_XZ, lzma.FORMAT_ALONE):
    packed = lzma.compress(data, format=format, preset=1)
    d = lzma.LZMADecompressor()
    print(d.check, d.decompress(packed) == data, d.check)
raw = [{"id": lzma.FILTER_DELTA, "dist": 5}, {"id": lzma.FILTER_LZMA2, "preset": 3, "lc": 2}]
packed = lzma.compress(data, lzma.FORMAT_RAW, filters=raw)
print(lzma.decompress(packed, lzma.FORMAT_RAW, filters=raw) == data)
print(lzma._encode_filter_properties({"id": lzma.FILTER_LZMA1, "lc": 1, "dict_size": 4096}))
print(lzma._decode_filter_properties(lzma.FILTER_LZMA1, b"[\0\0\1\0"), lzma._encode_filter_properties(raw[1]))
for call in (
    lambda: lzma.compress(data, lzma.FORMAT_RAW),
    lambda: lzma.LZMACompressor(preset=1, filters=raw),
    lambda: lzma.LZMADecompressor(format=9),
    lambda: lzma.LZMACompressor(filters=[{"id": 77}]),
    lambda: lzma.LZMACompressor(preset=77),
):
    try:
        call()
    except (ValueError, lzma.LZMAError) as e:
        print(type(e).__name__, e)
