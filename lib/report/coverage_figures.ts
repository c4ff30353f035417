/** Written by `deno task bench coverage --write`: the worst of the cells of docs/coverage.md, as shares of studies. */
export const coverage = {
  "studies": 500,
  "intervals": [
    { "of": "5 people", "cells": 36, "covered": 0.916, "tooHigh": 0.074, "width": 1.4346 },
    { "of": "8 people", "cells": 36, "covered": 0.918, "tooHigh": 0.064, "width": 1.1756 },
    { "of": "12 people", "cells": 38, "covered": 0.922, "tooHigh": 0.056, "width": 1.0997 },
    { "of": "20 people", "cells": 36, "covered": 0.93, "tooHigh": 0.046, "width": 1.0544 },
    { "of": "30 people", "cells": 36, "covered": 0.922, "tooHigh": 0.046, "width": 1.0349 },
    { "of": "people of 2 folds", "cells": 10, "covered": 0.934, "tooHigh": 0.036, "width": 3.6054 },
    { "of": "people of 3 or more folds", "cells": 80, "covered": 0.906, "tooHigh": 0.078, "width": 1.9578 },
  ],
  "gate": 0.952,
  "falseWinners": 0.0514,
  "winners": 0.8744,
  "falseAlarms": 0.016,
};
