"""k-means clustering: each point is added to the shared sums of its cluster in one transaction."""

from _program import Random, in_threads, main, share, transaction

SIZE = 24_000
CLUSTERS = 16
DIMENSIONS = 4
ROUNDS = 5


class Cluster:
    def __init__(self, centre):
        self.centre = centre
        self.clear()

    def clear(self):
        self.count = 0
        self.sums = [0] * DIMENSIONS

    @transaction.atomic
    def add(self, point):
        self.count += 1
        sums = self.sums
        for i, value in enumerate(point):
            sums[i] += value

    def move(self):
        """Moves the centre to the mean of the points that were added."""
        if self.count:
            self.centre = tuple(value // self.count for value in self.sums)
        self.clear()


class Data:
    """Points with whole coordinates, so that sums do not depend on the order."""

    def __init__(self, size):
        random = Random(23)
        self.points = [tuple(random.below(1 << 16) for _ in range(DIMENSIONS)) for _ in range(size)]
        self.clusters = self.start()

    def start(self):
        return [Cluster(point) for point in self.points[:CLUSTERS]]


def nearest(point, centres):
    best, number = None, 0
    for i, centre in enumerate(centres):
        distance = 0
        for a, b in zip(point, centre):
            distance += (a - b) * (a - b)
        if best is None or distance < best:
            best, number = distance, i
    return number


def assign(number, threads, points, clusters):
    centres = [cluster.centre for cluster in clusters]
    for i in share(len(points), threads, number):
        clusters[nearest(points[i], centres)].add(points[i])


def prepare(threads, size):
    return Data(size)


def run(threads, data):
    for _ in range(ROUNDS):
        in_threads(threads, assign, threads, data.points, data.clusters)
        for cluster in data.clusters:
            cluster.move()


def check(data):
    clusters = data.start()
    for _ in range(ROUNDS):
        assign(0, 1, data.points, clusters)
        for cluster in clusters:
            cluster.move()
    assert [c.centre for c in clusters] == [c.centre for c in data.clusters], "the centres differ from the sequential ones"


if __name__ == "__main__":
    main()
