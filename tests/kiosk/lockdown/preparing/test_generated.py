"""What is generated is what the programs that read it understand, and what the probes call prevented."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.lockdown.facts import Capability
from kiosk.lockdown.linux.look import FileLook
from kiosk.lockdown.linux.prepared import SERVICE, prepared_probes
from kiosk.lockdown.preparing.settings import network_rules, usb_rules, usbguard_configuration
from kiosk.lockdown.preparing.units import UNITS
from kiosk.lockdown.preparing.wishes import Session, Storage, Wishes
from tests.kiosk.lockdown.preparing.trees import WISHES, make_system, preparation, prepare

PREVENTED = {"prepared/session", "prepared/consoles", "prepared/storage", "prepared/program"}
WINDOW_USER = 64_999
"""Nobody's number here: the files of the made-up system belong to whoever runs the tests."""
EXPOSURE_MAX = 1.5


def needs(program: str) -> str:
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None:
        pytest.skip(f"not installed: {program}")
    return path


def said(words: Sequence[str], text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, input=text, capture_output=True, text=True, timeout=60, check=False)


def prevented(root: Path) -> set[str]:
    probes = prepared_probes(FileLook(root), uid=WINDOW_USER, program_files=["opt/exam/kiosk"])
    return {name for name, (_, probe) in probes.items() if probe.capability is Capability.ENFORCED}


def run_the_service(root: Path) -> None:
    """What only a running system has: the service's own group of processes."""
    group = root / "proc/self/cgroup"
    group.parent.mkdir(parents=True)
    group.write_text(f"0::/system.slice/{SERVICE}\n")


def run_usbguard(root: Path) -> None:
    process = root / "proc/321"
    process.mkdir(parents=True)
    (process / "status").write_text("Name:\tusbguard-daemon\nPPid:\t1\nUid:\t0\t0\t0\t0\n")
    (process / "stat").write_text("321 (usbguard-daemon) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n")
    (process / "comm").write_text("usbguard-daemon\n")
    (process / "cmdline").write_text("/usr/sbin/usbguard-daemon\0")


@pytest.mark.parametrize("session", Session)
def test_the_probes_call_a_prepared_system_prepared(tmp_path: Path, session: Session) -> None:
    root = make_system(tmp_path / "system", usbguard=False)
    run_the_service(root)
    assert prevented(root) == {"prepared/session", "prepared/program"}
    prepare(root, replace(WISHES, session=session))
    assert prevented(root) == PREVENTED
    preparation(root).undo()
    assert prevented(root) == {"prepared/session", "prepared/program"}


def test_usbguard_alone_is_enough_where_it_runs(tmp_path: Path) -> None:
    root = make_system(tmp_path / "system")
    run_the_service(root)
    prepare(root, replace(WISHES, storage=Storage.USBGUARD))
    assert "prepared/storage" not in prevented(root)
    run_usbguard(root)
    assert prevented(root) == PREVENTED


@pytest.mark.parametrize("session", Session)
@pytest.mark.parametrize("stick", [None, "/mnt/stick"])
def test_the_service_is_hardly_exposed(tmp_path: Path, session: Session, stick: str | None) -> None:
    analyze = needs("systemd-analyze")
    root = make_system(tmp_path / "system")
    prepare(root, replace(WISHES, session=session, stick=None if stick is None else type(WISHES.seat)(stick)))
    for name in (SERVICE, "kiosk-seat-restore.service"):
        done = said([analyze, "security", "--offline=true", "--no-pager", str(root / UNITS / name)])
        found = re.search(r"exposure level for \S+ ([0-9.]+)", done.stdout)
        assert found, done.stderr
        assert float(found[1]) <= EXPOSURE_MAX


@pytest.mark.parametrize("session", Session)
def test_systemd_understands_every_unit(tmp_path: Path, session: Session) -> None:
    analyze = needs("systemd-analyze")
    root = make_system(tmp_path / "system")
    # Programs are looked for on the machine on which this is asked.
    prepare(root, replace(WISHES, session=session, program=type(WISHES.program)("/usr/bin/env")))
    units = sorted(str(path) for path in (root / UNITS).glob("kiosk-seat*.service"))
    assert len(units) == 4
    done = said([analyze, "verify", "--man=no", "--recursive-errors=no", *units])
    # Programs of a seat that this machine does not have, and services of which it has no units, are its own affair.
    complaints = [line for line in done.stderr.splitlines() if "kiosk-seat" in line and "is not executable" not in line]
    assert complaints == []


def test_a_unit_that_is_wrong_is_found_out(tmp_path: Path) -> None:
    analyze = needs("systemd-analyze")
    unit = tmp_path / "kiosk-seat.service"
    unit.write_text("[Service]\nExecStart=/usr/bin/env\nProtectSytem=strict\n")
    assert "kiosk-seat" in said([analyze, "verify", "--man=no", "--recursive-errors=no", str(unit)]).stderr


def test_the_firewall_takes_its_rules_twice(tmp_path: Path) -> None:
    nft, unshare = needs("nft"), needs("unshare")
    if said([unshare, "-rn", "true"]).returncode != 0:
        pytest.skip("this system lets nobody make a network of his own")
    rules = tmp_path / "rules.nft"
    rules.write_text(network_rules(998))
    steps = ("-c -f {}", "-f {}", "-f {}", "list ruleset", "delete table inet kiosk_seat")
    script = " && ".join(f"{nft} {step.format(rules)}" for step in steps)
    done = said([unshare, "-rn", "sh", "-c", script])
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("policy drop") == 3
    assert "meta skuid 998" in done.stdout
    assert done.stdout.count("chain output") == 1


@pytest.mark.parametrize("policy", ["", 'allow id 046d:c31c serial "" name "Keyboard" via-port "1-2"\n'])
def test_usbguard_understands_its_rules(tmp_path: Path, policy: str) -> None:
    parser = needs("usbguard-rule-parser")
    root = make_system(tmp_path / "system")
    prepare(root, replace(WISHES, usb_policy=policy))
    rules = root / "etc/usbguard/rules.conf"
    done = said([parser, "-f", str(rules)])
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line for line in rules.read_text().splitlines() if not line.startswith("#")]
    assert lines[-1] == "reject with-interface one-of { 08:*:* }"
    assert ("046d:c31c" in lines[0]) is bool(policy)
    assert "03:01:*" in usb_rules("")
    assert "03:01:*" not in usb_rules("allow id 1:2\n")


def test_usbguard_keeps_its_other_settings() -> None:
    text = usbguard_configuration("# ours\nImplicitPolicyTarget = allow\nAuditFilePath=/x\nHidePII=false")
    assert text.startswith("# ours\nImplicitPolicyTarget=block\nAuditFilePath=/x\nHidePII=false\n")
    assert usbguard_configuration(text) == text


def test_the_x_server_reads_balanced_sections(tmp_path: Path) -> None:
    root = make_system(tmp_path / "system")
    prepare(root)
    text = (root / "etc/X11/xorg.conf.d/99-kiosk-seat.conf").read_text()
    assert text.count("EndSection") == len(re.findall(r'^Section "', text, re.MULTILINE)) == 2
    for option in ("DontVTSwitch", "DontZap"):
        assert f'Option "{option}" "true"' in text


def test_modprobe_refuses_what_it_is_told_to(tmp_path: Path) -> None:
    modprobe = needs("modprobe")
    root = make_system(tmp_path / "system")
    prepare(root)
    done = said([modprobe, "-C", str(root / "etc/modprobe.d"), "--showconfig"])
    lines = done.stdout.splitlines()
    assert {"install usb_storage /bin/false", "install uas /bin/false", "install btusb /bin/false"} <= set(lines)


def test_the_list_of_users_is_one_that_programs_read(tmp_path: Path) -> None:
    pwck = needs("pwck")
    root = make_system(tmp_path / "system")
    prepare(root)
    done = said([pwck, "-r", "-q", str(root / "etc/passwd"), str(root / "etc/shadow")])
    assert "exam" not in done.stdout.replace("/nonexistent", "") or "does not exist" in done.stdout
    assert "invalid" not in done.stdout + done.stderr


def test_the_service_says_what_was_wished(tmp_path: Path) -> None:
    root = make_system(tmp_path / "system")
    wishes: Wishes = replace(WISHES, stick=type(WISHES.seat)("/mnt/stick"))
    prepare(root, wishes)
    text = (root / UNITS / SERVICE).read_text()
    words = "/opt/exam/kiosk seat session /var/lib/exam-seat --preset standard --state /var/lib/kiosk-seat --stick /mnt/stick"
    assert f"ExecStart={words}\n" in text
    assert "\nUser=exam\n" in text
    assert "ReadWritePaths=/var/lib/exam-seat\nReadWritePaths=-/mnt/stick\n" in text
    assert "AmbientCapabilities=CAP_SYS_ADMIN\n" in text
    display = (root / UNITS / "kiosk-seat-display.service").read_text()
    assert "-nolisten tcp -nolisten local" in display
    assert "-tst" in display
