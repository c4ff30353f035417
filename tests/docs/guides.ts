/** The guides and the code in them. */
import { readFiles } from "../house/files.ts";

/** One block of code of a page. */
export interface Block {
  page: string;
  language: string;
  text: string;
}

/** All blocks of code of the guides. */
export function guideBlocks(): Block[] {
  return readFiles("docs/guides", ".md").flatMap(({ path, text }) =>
    [...text.matchAll(/^```(\w+)\n([^]*?)^```/gm)].map(([, language, block]) => ({
      page: path,
      language: language!,
      text: block!,
    }))
  );
}
