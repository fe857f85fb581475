#pragma once

/**
 * mime_start() - initialize GMime. Any thread may call it; required before GMime is used. Private to mail/.
 */
void mime_start(void);
