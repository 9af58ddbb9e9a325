// The whole suite in one process, so that all of it shares one browser and one server.
import './painting.test.mjs';
import './pens-and-fingers.test.mjs';
import './brushes.test.mjs';
import './tools.test.mjs';
import './layers.test.mjs';
import './documents.test.mjs';
import './files.test.mjs';
import './painting-tools.test.mjs';
import './interface.test.mjs';
import './interface-modes.test.mjs';
import './panels.test.mjs';
import './render.test.mjs';
import './rendering-living.test.mjs';
import './rendering-prompt.test.mjs';
import './rendering-studio.test.mjs';
import './studio-gaps.test.mjs';
import './resilience.test.mjs';
