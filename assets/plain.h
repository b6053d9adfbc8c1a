/* In the place of what tools/outlines.mjs makes, where there are no outlines: no map. */
#define OUTLINES_WIDTH 1
#define OUTLINES_HEIGHT 1
#define OUTLINE_TABLE(X)
