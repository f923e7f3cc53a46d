"""chain: tools in a pipeline, one of which may be killed at a random time."""
import os
import signal
import subprocess

import proof

DEADLINE = 120


class Chain:
    """The tools, each with the pipe to the next one, and its standard error in a file."""

    def __init__(self, place, commands):
        self.processes, self.errors, source = {}, {}, subprocess.DEVNULL
        self.names = [command[0] for command in commands]
        for name, *arguments in commands:
            last = name == self.names[-1]
            self.errors[name] = open(place.file(os.path.basename(name) + ".errors"), "wb+")
            process = subprocess.Popen(
                [proof.tool(name)] + arguments, stdin=source, stderr=self.errors[name],
                stdout=subprocess.DEVNULL if last else subprocess.PIPE, cwd=place.path,
                env=place.environment)
            if source is not subprocess.DEVNULL:
                source.close()
            source = process.stdout
            self.processes[name] = process

    def end(self, victim, after):
        """Waits for the end; kills the victim then, unless it is None. Was it still running?"""
        killed = False
        if victim is not None:
            try:
                self.processes[victim].wait(after)
            except subprocess.TimeoutExpired:
                killed = True
                self.processes[victim].send_signal(signal.SIGKILL)
        for name, process in self.processes.items():
            status = process.wait(DEADLINE)
            self.errors[name].seek(0)
            words = self.errors[name].read().decode()
            self.errors[name].close()
            allowed = (0, -9, -13) if name == victim else (0, -13)
            if killed and self.names.index(name) > self.names.index(victim):
                allowed += (2, 1) # the last line was cut off
            proof.must(status in allowed, "%s (%s was killed): status %d: %s", name,
                       victim if killed else "none", status, words)
        return killed
