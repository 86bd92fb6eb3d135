import uuid
u = uuid.UUID('12345678123456781234567812345678')
print(u, u.hex, u.int, u.version, uuid.uuid5(uuid.NAMESPACE_DNS, 'python.org'), uuid.uuid3(uuid.NAMESPACE_DNS, 'a'), uuid.UUID(int=1), repr(u)[:12], uuid.uuid4().version, len(str(uuid.uuid4())))
try: uuid.UUID('x')
except ValueError as e: print(e)
