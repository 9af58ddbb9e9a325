// The whole suite in one process, so that all of it shares one browser and one server.
import './painting.test.mjs';
import './documents.test.mjs';
import './painting-tools.test.mjs';
import './interface.test.mjs';
import './panels.test.mjs';
import './render.test.mjs';
import './rendering-living.test.mjs';
import './rendering-prompt.test.mjs';
import './studio-gaps.test.mjs';
import './resilience.test.mjs';
