print(bin(10), bin(-10), oct(64), oct(-8), hex(255), hex(-255), bin(0), hex(2**70), oct(2**70))
for f in (bin, oct, hex):
    try: f(1.5)
    except TypeError as e: print(e)
