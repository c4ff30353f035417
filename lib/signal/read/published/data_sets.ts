/** The public data sets that `load` knows by name: what they are, whose they are, and where they are to be had. */

/** A public data set. */
export interface DataSet {
  name: string;
  citation: string;
  licence: string;
  /** Where its files are. */
  place: string;
}

export const hapt: DataSet = {
  name: "HAPT (smartphone recordings of human activities and postural transitions)",
  citation: "Reyes-Ortiz, Oneto, Sama, Parra, Anguita, Neurocomputing 171:754-767, 2016",
  licence: "authors: as is, cite, no commercial use",
  place: "https://archive.ics.uci.edu/dataset/341",
};

export const spSwHar: DataSet = {
  name: "SP+SW HAR (smartphone and smartwatch)",
  citation: "Matey-Sanz, Casteleyn, Granell, Data in Brief 2023, 109809",
  licence: "CC BY 4.0",
  place: "https://doi.org/10.5281/zenodo.8398688",
};

export const umafall: DataSet = {
  name: "UMAFall (daily activities and falls)",
  citation: "Casilari, Santoyo-Ramón, Cano-García, Procedia Computer Science 110:32-39, 2017",
  licence: "CC BY 4.0 by its authors' deposit",
  place: "http://webpersonal.uma.es/de/ECASILARI/Fall_ADL_Traces/UMA_FALL_ADL_dataset.html",
};

/** What a data set says of itself in an artifact. */
export function sourceOf({ name, citation, licence }: DataSet) {
  return { name, citation, licence };
}

/** Where to get a data set that is not there, and under which terms. */
export function whereToGet({ name, citation, licence, place }: DataSet): string {
  return `${name} is not part of this program: get it from ${place}\n  cite ${citation}; licence: ${licence}`;
}
