/** Public threads among the sources of the layouts that were opened and show what is said of them, with their titles. */
export const checkedSources: Record<string, string> = {
  "gyroflow/gyroflow#54": '[Bug]: " Sensor Logger" Android app unsupported format error.',
  "pfizer-opensource/scikit-digital-health#145": "Is inertial data from Xsens Dot supported?",
  "sgoldenlab/simba#391": "Importing BORIS annotations",
  "inbo/bird-tracking#177": "O_Vlieland: add behaviour data based on acceleration data",
  "inbo/bird-tracking#297": "Behavioural classification",
  "wadpac/GGIR#501": "Error for running Actigraph v1.9.1 csv format",
  "wadpac/GGIR#239": "read.myacc.csv: add resample and timestamp character format freedom",
  "neuroinformatics-unit/movement#865": "Add example for annotating behavioural events with BORIS",
  "neuroinformatics-unit/movement#1034":
    "Support loading data from behaviour classification / manual labelling",
  "mbientlab/MetaWear-SDK-iOS-macOS-tvOS#1": "Data from Acc,Gyro,Magneto reports same timestamp.",
  "OxWearables/stepcount#155": "Add --csvStartRow utility as is in BBAA",
  "OxWearables/biobankAccelerometerAnalysis#81": "CWA reading - skipping time",
  "OxWearables/biobankAccelerometerAnalysis#203": "GENEActive not parsing the tz/dst correctly",
  "predictive-technology-laboratory/sensus#346": "Unify acceleration units in iOS and Android",
};
