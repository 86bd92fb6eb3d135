# sys.set_coroutine_origin_tracking_depth(): where a coroutine was made.
import sys


async def coroutine():
    pass


def maker():
    return coroutine()


def show(c):
    print(c.cr_origin and [(line, name) for _, line, name in c.cr_origin])
    c.close()


print(sys.get_coroutine_origin_tracking_depth())
show(maker())
for depth in (1, 2, 100):
    sys.set_coroutine_origin_tracking_depth(depth)
    print(sys.get_coroutine_origin_tracking_depth())
    show(maker())
sys.set_coroutine_origin_tracking_depth(0)
try:
    sys.set_coroutine_origin_tracking_depth(-1)
except ValueError as e:
    print(e)
