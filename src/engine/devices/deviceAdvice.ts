import type { Advice } from './advice';
import { adviseOnCuda } from './cudaAdvice';
import type { Device } from '../../contract/devices';
import type { SystemFacts } from './systemFacts';

/** Systems on which onnxruntime-node's own builds offer a device (its README, "Requirements"). */
export const placesOfDevices: Readonly<Record<Device, string>> = {
  cpu: 'everywhere',
  webgpu: 'on Windows, macOS and 64-bit Intel or AMD Linux',
  cuda: 'on 64-bit Intel or AMD Linux, with an NVIDIA card',
  dml: 'on Windows',
  coreml: 'on macOS',
};

/**
 * Explains why a device does not work.
 * @param fault the message of its failed check.
 */
export function adviseOn(device: Device, fault: string, facts: SystemFacts): Advice {
  if (fault.startsWith('it computes wrong results')) return adviseOnWrongResults(device, fault);
  switch (device) {
    case 'cpu':
      return say(fault, 'Reinstall the tool; if that does not help, report it.');
    case 'cuda':
      return adviseOnCuda(fault, facts);
    case 'webgpu':
      return facts.platform === 'linux' ? adviseOnVulkan(fault, facts) : say(fault, driverFix(facts));
    case 'dml':
      return say(fault, `DirectML needs Windows 10 version 1903 or newer. ${driverFix(facts)}`);
    case 'coreml':
      return say(fault, 'Installing something will not change this. Use WebGPU or the CPU.');
  }
}

function adviseOnWrongResults(device: Device, fault: string): Advice {
  if (device === 'coreml') return say(fault, 'Use WebGPU or the CPU.');
  return say(fault, "Update the graphics card's driver. Until the check passes, use another device.");
}

function driverFix({ platform }: SystemFacts): string {
  return platform === 'darwin'
    ? "Update macOS, which includes the graphics card's driver."
    : "Update the graphics card's driver.";
}

/** On Linux, WebGPU needs Vulkan; its only message is "no adapter", whatever is missing. */
function adviseOnVulkan(fault: string, facts: SystemFacts): Advice {
  if (!/adapter/i.test(fault)) return say(fault, driverFix(facts));
  if (!facts.canLoad('libvulkan.so.1'))
    return say(
      'the Vulkan loader (libvulkan.so.1) is not installed',
      "Install it with a Vulkan driver for the card: on Debian and Ubuntu the packages libvulkan1 and, for AMD and Intel cards, mesa-vulkan-drivers; NVIDIA's driver includes one.",
    );
  const { cardFiles } = facts;
  if (cardFiles.length === 0)
    return say(
      'no graphics card is visible to this system',
      'If this is a container or virtual machine, its host has to pass the card on to it. Without a card there is only the CPU.',
    );
  if (cardFiles.some(({ path, isUsable }) => path.startsWith('/dev/dri/') && !isUsable))
    return say(
      `this user may not use the graphics card (${cardFiles.find(({ isUsable }) => !isUsable)!.path})`,
      'Join the group that may use it, which is "render" on most systems, and log in again.',
      ['sudo usermod -aG render "$USER"'],
    );
  return say(
    'Vulkan finds no driver that WebGPU can use',
    "Install or update the card's Vulkan driver: on Debian and Ubuntu, mesa-vulkan-drivers for AMD and Intel cards, and NVIDIA's own driver for its cards.",
  );
}

function say(fault: string, fix: string, commands: readonly string[] = []): Advice {
  return { fault, fix, commands };
}
