"""`doctor` and `grade` on a machine that lacks a layer of isolation: each is taken away for real."""

import ctypes
import errno
import os
import struct

import support
from support import EndToEnd, solution

# The same numbers on every architecture.
CLONE3, LANDLOCK_CREATE_RULESET = 435, 444
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL_WITH = 0x7FFF0000, 0x00050000


def without_calls(*calls):
    """For preexec_fn: from here on these system calls are not there, as on an older kernel or in a
    container whose filter hides them."""
    code = struct.pack("HBBI", LOAD, 0, 0, 0)  # the call's number
    for call in calls:
        code += struct.pack("HBBI", JUMP_IF_EQUAL, 0, 1, call)
        code += struct.pack("HBBI", RETURN, 0, 0, FAIL_WITH | errno.ENOSYS)
    code += struct.pack("HBBI", RETURN, 0, 0, ALLOW)
    text = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(text)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def install():
        if prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or \
                prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_void_p(ctypes.addressof(program)), 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "installing a filter")
        return text  # which the program points to

    return install


class Missing(EndToEnd):
    prefix = ()

    def command(self, *arguments):
        return [*self.prefix, *super().command(*arguments)]

    def grade_in(self, out, *options, expect=0, **process):
        return self.run_assay("grade", support.EXERCISE, solution("reference"), "--out", out, *options,
                              expect=expect, **process)

    def state_of(self, name, doctor):
        line = next(line for line in doctor.stdout.splitlines() if line.startswith(f"  {name}  "))
        return line.split(name)[1].split()[0]

    def assert_nothing_is_graded(self, layer, says, **process):
        doctor = self.run_assay("doctor", expect=3, **process)
        self.assertEqual(self.state_of(layer, doctor), "unavailable")
        self.assertIn("Grading is not possible on this machine", doctor.stdout)
        out = self.scratch / "out"
        done = self.grade_in(out, expect=3, **process)
        for text in (doctor.stdout, done.stderr):
            self.assertIn(says, text)
        self.assertEqual([entry for entry in out.iterdir()] if out.exists() else [], [])

    def test_a_container_that_hides_clone_gets_nothing_graded(self):
        self.assert_nothing_is_graded("namespaces", "its seccomp profile must let clone and unshare through",
                                      preexec_fn=without_calls(CLONE3))

    def test_a_user_who_may_make_no_namespaces_gets_nothing_graded(self):
        self.prefix = ("unshare", "--user", "--map-user=1000", "--keep-caps", "sh", "-c",
                       'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', "sh")
        self.assert_nothing_is_graded("namespaces", "sysctl -w user.max_user_namespaces")

    def test_without_landlock_reports_say_so_and_it_can_be_required(self):
        hidden = without_calls(LANDLOCK_CREATE_RULESET)
        doctor = self.run_assay("doctor", preexec_fn=hidden)
        self.assertEqual(self.state_of("Landlock", doctor), "unavailable")
        self.assertIn("lsm=", doctor.stdout)
        out = self.scratch / "out"
        self.grade_in(out, preexec_fn=hidden)
        report = self.reports(out)[solution("reference").name]
        states = {layer["name"]: layer["state"] for layer in report["run"]["sandbox"]["layers"]}
        self.assertEqual(states.pop("Landlock"), "unavailable")
        states.pop("cgroup")
        self.assertEqual(set(states.values()), {"on"})
        refused = self.grade_in(self.scratch / "refused", "--require-layer", "landlock", expect=3,
                                preexec_fn=hidden)
        self.assertIn("the layer Landlock is unavailable", refused.stderr)
        self.assertFalse((self.scratch / "refused").exists())

    def test_without_a_cgroup_doctor_says_why_and_it_can_be_required(self):
        if os.getuid() == 0:
            self.prefix = ("unshare", "--mount", "sh", "-c",
                           'umount --recursive --lazy /sys/fs/cgroup && exec "$@"', "sh")
        doctor = self.run_assay("doctor")
        self.assertEqual(self.state_of("cgroup", doctor), "unavailable")
        self.assertIn("not a box's in total", doctor.stdout)
        refused = self.grade_in(self.scratch / "refused", "--require-layer", "cgroup", expect=3)
        self.assertIn("the layer cgroup is unavailable", refused.stderr)

    def test_layers_that_are_there_may_be_required_and_others_are_refused(self):
        self.grade_in(self.scratch / "out", "--require-layer", "namespaces", "--require-layer",
                      "System call filter")
        unknown = self.grade_in(self.scratch / "unknown", "--require-layer", "moat", expect=2)
        self.assertIn("there is no layer called moat", unknown.stderr)
        self.assertIn("read-only root, scratch space", unknown.stderr)
        both = self.grade_in(self.scratch / "both", "--require-layer", "network", "--no-sandbox", expect=2)
        self.assertIn("--no-sandbox", both.stderr)


if __name__ == "__main__":
    support.main()
