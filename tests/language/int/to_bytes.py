print((1024).to_bytes(2, 'big'), (1024).to_bytes(4, 'little'), (-1).to_bytes(2, 'big', signed=True), (5).to_bytes(), (0).to_bytes(0, 'big'))
for args, kw in (((1,), {}), ((1, 'middle'), {}), ((-1, 'big'), {})):
    try: print((300).to_bytes(*args, **kw))
    except (OverflowError, ValueError) as e: print(type(e).__name__, e)
try: (-1).to_bytes(2, 'big')
except OverflowError as e: print(e)
