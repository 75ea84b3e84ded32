// Reports where models would run: node device.cjs WISH prints the choice and its reason, or the error.
import { chooseDevice } from '../../src/engine/chooseDevice';
import { deviceWishSchema } from '../../src/contract/devices';

chooseDevice(deviceWishSchema.parse(process.argv[2])).then(
  (choice) => process.stdout.write(JSON.stringify(choice)),
  (error: unknown) =>
    process.stdout.write(JSON.stringify({ reason: error instanceof Error ? error.message : String(error) })),
);
