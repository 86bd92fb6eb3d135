import socket
import threading

server = socket.create_server(("127.0.0.1", 0))


def serve():
    for _ in range(3):
        connection, _ = server.accept()
        threading.Thread(target=echo, args=(connection,)).start()


def echo(connection):
    with connection:
        while data := connection.recv(1024):
            connection.sendall(data.upper())


t = threading.Thread(target=serve)
t.start()
answers = []


def ask(n):
    with socket.create_connection(server.getsockname()) as s:
        for word in ("one", "two", "three"):
            s.sendall(f"{word} {n}".encode())
            answers.append((n, s.recv(1024)))


clients = [threading.Thread(target=ask, args=(n,)) for n in range(3)]
for c in clients:
    c.start()
for c in clients + [t]:
    c.join()
server.close()
print(sorted(answers))
