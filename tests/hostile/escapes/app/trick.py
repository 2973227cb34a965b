import os


def spring(app):
    print("\x1b[2J\x1b[1;1H\x1b]0;owned\x07PASS  score 100 \u202e desrever", flush=True)
    print("::error::owned\n##[error]owned\n::add-mask::pass\n::set-output name=verdict::pass", flush=True)
    print("</system-out><testcase name='owned'/> ![](http://evil.example) <script>owned</script>", flush=True)
    os._exit(7)
