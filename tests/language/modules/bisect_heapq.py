import bisect, heapq
l = [1, 3, 3, 5]; print(bisect.bisect(l, 3), bisect.bisect_left(l, 3), bisect.bisect_right(l, 9)); bisect.insort(l, 4); print(l)
h = [5, 1, 4, 2]; heapq.heapify(h); heapq.heappush(h, 0); print([heapq.heappop(h) for _ in range(5)], heapq.nlargest(2, [3, 1, 2]), heapq.nsmallest(2, [3, 1, 2]), list(heapq.merge([1, 4], [2, 3])), heapq.heapreplace([1, 2], 9), heapq.heappushpop([2, 3], 1))
try: heapq.heappop([])
except IndexError as e: print(e)
