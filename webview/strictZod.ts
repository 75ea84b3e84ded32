import { config } from 'zod';

// Zod tries whether it may make code at run time when the first schema is made, which the page's policy forbids and reports.
config({ jitless: true });
