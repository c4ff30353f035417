/** A place in the user's files, for messages. */
export interface Place {
  file: string;
  row?: number;
}
