def run(code, data=''):
    stack, jump = [], {}
    for i, c in enumerate(code):
        if c == '[': stack.append(i)
        elif c == ']': j = stack.pop(); jump[i], jump[j] = j, i
    tape, p, i, out = [0] * 100, 0, 0, []
    while i < len(code):
        match code[i]:
            case '>': p += 1
            case '<': p -= 1
            case '+': tape[p] = (tape[p] + 1) % 256
            case '-': tape[p] = (tape[p] - 1) % 256
            case '.': out.append(chr(tape[p]))
            case '[' if not tape[p]: i = jump[i]
            case ']' if tape[p]: i = jump[i]
        i += 1
    return ''.join(out)
print(run('++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.'))
