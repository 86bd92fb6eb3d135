graph = {'a': {'b': 7, 'c': 9, 'f': 14}, 'b': {'c': 10, 'd': 15}, 'c': {'d': 11, 'f': 2}, 'd': {'e': 6}, 'f': {'e': 9}, 'e': {}}
def shortest(graph, start):
    dist, todo = {start: (0, None)}, set(graph)
    while todo:
        n = min(todo, key=lambda k: (dist.get(k, (float('inf'),))[0], k))
        todo.remove(n)
        if n not in dist: continue
        for m, w in graph[n].items():
            if m not in dist or dist[n][0] + w < dist[m][0]: dist[m] = dist[n][0] + w, n
    return dist
d = shortest(graph, 'a')
path, n = [], 'e'
while n: path.append(n); n = d[n][1]
print(sorted(d.items()), path[::-1])
