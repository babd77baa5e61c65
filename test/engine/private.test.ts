import { expect, test } from 'vitest'
import { daemonArguments } from '../../harness/engine/private.ts'

test('an engine of our own leaves the host as it is, and keeps to its folder', () => {
  expect(daemonArguments('/state/engine')).toMatchInlineSnapshot(`
    [
      "--config-file",
      "/state/engine/daemon.json",
      "--data-root",
      "/state/engine/data",
      "--exec-root",
      "/state/engine/exec",
      "--host",
      "unix:///state/engine/docker.sock",
      "--pidfile",
      "/state/engine/pid",
      "--iptables=false",
      "--ip6tables=false",
      "--ip-forward=false",
      "--ip-masq=false",
      "--bridge=none",
      "--userland-proxy=false",
      "--exec-opt",
      "native.cgroupdriver=cgroupfs",
      "--cgroup-parent",
      "/haywire",
      "--containerd-namespace",
      "haywire",
      "--containerd-plugins-namespace",
      "haywire-plugins",
    ]
  `)
})
