class Node:
    __slots__ = 'value', 'next'
    def __init__(self, value, next=None): self.value, self.next = value, next
class LinkedList:
    def __init__(self, items=()):
        self.head = None
        for x in reversed(list(items)): self.head = Node(x, self.head)
    def __iter__(self):
        n = self.head
        while n: yield n.value; n = n.next
    def __len__(self): return sum(1 for _ in self)
    def __repr__(self): return ' -> '.join(map(str, self))
    def reverse(self):
        prev, n = None, self.head
        while n: n.next, prev, n = prev, n, n.next
        self.head = prev
    def __eq__(self, o): return list(self) == list(o)
l = LinkedList(range(5))
l.reverse()
print(l, len(l), 3 in l, l == LinkedList([4, 3, 2, 1, 0]), max(l), sorted(l))
