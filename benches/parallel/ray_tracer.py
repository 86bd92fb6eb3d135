"""A ray tracer: spheres that mirror each other over a chequered floor; objects and floats, one shared scene."""

from math import inf, sqrt

from _program import Random, in_threads, main

SIZE = 300
DEPTH = 3


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def unit(self):
        return self * (1.0 / sqrt(self.dot(self)))

    def mirrored(self, normal):
        return self - normal * (2.0 * self.dot(normal))


class Sphere:
    def __init__(self, centre, radius, colour, shine):
        self.centre, self.radius, self.colour, self.shine = centre, radius, colour, shine

    def hit(self, origin, direction):
        """How far away the ray meets the sphere, or infinity."""
        to_centre = self.centre - origin
        along = to_centre.dot(direction)
        inside = self.radius * self.radius - to_centre.dot(to_centre) + along * along
        if inside <= 0.0:
            return inf
        distance = along - sqrt(inside)
        return distance if distance > 1e-6 else inf

    def normal(self, point):
        return (point - self.centre).unit()

    def colour_at(self, point):
        return self.colour


class Floor:
    shine = 0.2

    def hit(self, origin, direction):
        if direction.y >= -1e-9:
            return inf
        distance = -origin.y / direction.y
        return distance if distance > 1e-6 else inf

    def normal(self, point):
        return Vector(0.0, 1.0, 0.0)

    def colour_at(self, point):
        return 0.9 if (int(point.x // 1) + int(point.z // 1)) % 2 else 0.2


class Scene:
    def __init__(self):
        random = Random(7)
        self.bodies = [Floor()]
        for _ in range(12):
            radius = 0.3 + random.below(100) / 150.0
            centre = Vector(random.below(800) / 100.0 - 4.0, radius, random.below(600) / 100.0 + 1.0)
            self.bodies.append(Sphere(centre, radius, 0.3 + random.below(70) / 100.0, random.below(80) / 100.0))
        self.light = Vector(-0.5, 1.0, -0.7).unit()
        self.eye = Vector(0.0, 2.0, -6.0)

    def nearest(self, origin, direction):
        best, body = inf, None
        for candidate in self.bodies:
            distance = candidate.hit(origin, direction)
            if distance < best:
                best, body = distance, candidate
        return best, body

    def brightness(self, origin, direction, depth):
        """How bright the ray's end is, from 0 to about 1."""
        distance, body = self.nearest(origin, direction)
        if body is None:
            return 0.5 + 0.3 * direction.y
        point = origin + direction * distance
        normal = body.normal(point)
        lit = max(0.0, normal.dot(self.light))
        if lit and self.nearest(point + normal * 1e-4, self.light)[1] is not None:
            lit = 0.0
        value = body.colour_at(point) * (0.2 + 0.8 * lit)
        if depth and body.shine:
            value += body.shine * self.brightness(point + normal * 1e-4, direction.mirrored(normal), depth - 1)
        return value


class Picture:
    def __init__(self, size):
        self.size, self.scene, self.rows = size, Scene(), [None] * size


def row(scene, size, y):
    line = []
    for x in range(size):
        direction = Vector(2.0 * x / size - 1.0, 0.6 - 1.6 * y / size, 2.0).unit()
        line.append(scene.brightness(scene.eye, direction, DEPTH))
    return line


def trace(number, threads, picture):
    for y in range(number, picture.size, threads):
        picture.rows[y] = row(picture.scene, picture.size, y)


def prepare(threads, size):
    return Picture(size)


def run(threads, picture):
    in_threads(threads, trace, threads, picture)


def check(picture):
    scene = Scene()
    for y in range(0, picture.size, 5):
        assert picture.rows[y] == row(scene, picture.size, y), y
    assert None not in picture.rows


if __name__ == "__main__":
    main()
