"""Runs a program on a terminal of its own and types the next answer at each prompt that ends in a colon.
  answer-prompts.py ANSWER,ANSWER,… COMMAND…
Says what the program said, and ends as it ended."""
import os, pty, select, sys

answers = [answer for answer in sys.argv[1].split(",") if answer]
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
since_prompt = b""
while True:
    if not select.select([terminal], [], [], 60)[0]:
        print("nothing was said for a minute")
        os.kill(child, 9)
        break
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
    since_prompt += data
    if since_prompt.endswith(b": ") and answers:
        os.write(terminal, answers.pop(0).encode() + b"\n")
        since_prompt = b""
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
