import { config } from 'zod';

// When the first schema is made, Zod tries whether it may generate code at run time, which the page's policy
// forbids and reports.
config({ jitless: true });
