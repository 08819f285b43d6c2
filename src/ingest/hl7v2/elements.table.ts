/**
 * What each field of HL7 v2 is to de-identification. `keep`, `code`, `date`, `key` and `text` are read (the last four are
 * transformed: screened, moved, replaced, cleaned); all others are dropped, and the named kinds tell who is who before they
 * are. A field of a listed segment that is not named here is dropped; a segment that is not listed is unknown.
 */
export type Hl7FieldClass =
  | "keep"
  | "code"
  | "date"
  | "key"
  | "text"
  | "name"
  | "clinician"
  | "number"
  | "address"
  | "place"
  | "phone"
  | "house"
  | "birth";

export const HL7_ELEMENTS: Readonly<Record<string, string>> = {
  MSH: "1=keep 2=keep 4=house 6=house 7=date 9=keep 10=key 11=keep 12=keep 18=keep 22=house 23=house",
  EVN: "1=keep 2=date 5=clinician 6=date 7=house",
  PID: "2=number 3=number 4=number 5=name 6=name 7=birth 8=keep 9=name 10=code 11=address 12=place 13=phone 14=phone 18=number 19=number 20=number 21=number 23=place 29=date 30=keep 33=date",
  PD1: "3=house 4=clinician 14=house",
  NK1: "2=name 4=address 5=phone 6=phone 13=house 26=name 30=name 31=phone 32=address 33=number 37=number",
  MRG: "1=number 2=number 3=number 4=number 5=number 6=number 7=name",
  PV1: "2=code 4=code 7=clinician 8=clinician 9=clinician 10=code 14=code 17=clinician 18=code 19=number 36=code 39=house 44=date 45=date 50=number 52=clinician",
  PV2: "3=code 8=date 9=date 13=clinician 23=house",
  GT1: "2=number 3=name 4=name 5=address 6=phone 7=phone 8=birth 12=number 16=name 17=address 18=phone 19=number 21=house 45=name 46=phone 51=house",
  IN1: "2=number 4=house 5=address 6=name 7=phone 8=number 9=house 10=number 11=house 14=number 16=name 18=birth 19=address 36=number 44=address 49=number",
  IN2: "1=number 2=number 3=house 4=house 6=number 7=name 8=number 25=number 26=number 52=name 58=phone 61=number 63=phone 64=phone",
  ORC: "1=keep 2=key 3=key 4=key 5=keep 7=date 8=key 9=date 10=clinician 11=clinician 12=clinician 14=phone 15=date 19=clinician 21=house 22=address 23=phone 24=address",
  OBR: "2=key 3=key 4=code 7=date 8=date 10=clinician 14=date 16=clinician 17=phone 22=date 24=code 25=keep 26=key 28=clinician 29=key 32=clinician 33=clinician 34=clinician 35=clinician",
  OBX: "1=keep 2=keep 3=code 4=key 5=text 6=code 7=keep 8=code 11=keep 14=date 15=house 16=clinician 19=date 23=house 24=address 25=clinician",
  NTE: "1=keep",
  TXA: "2=code 4=date 5=clinician 6=date 7=date 8=date 9=clinician 10=clinician 11=clinician 12=key 13=key 17=keep 22=clinician",
  RXE: "1=date 2=code 3=keep 4=keep 5=code 6=code 13=clinician 14=clinician 15=number 44=code",
  RXA: "1=keep 2=keep 3=date 4=date 5=code 6=keep 7=code 10=clinician 11=house 15=number 17=code 20=keep 21=keep",
  RXO: "1=code 2=keep 3=keep 4=code 14=clinician 15=clinician",
  RXR: "1=code 2=code",
  RXC: "1=keep 2=code 3=keep 4=code",
  RXD: "2=code 3=date 4=keep 5=code 7=number 10=clinician",
  TQ1: "2=keep 3=code 6=keep 7=date 8=date",
  SPM: "2=key 4=code 17=date 18=date",
  DG1: "1=keep 2=keep 3=code 4=text 5=date 6=keep 15=keep 16=clinician",
  PR1: "1=keep 3=code 4=text 5=date 8=clinician 11=clinician 12=clinician",
  AL1: "1=keep 2=code 3=code 4=keep",
  ROL: "4=clinician 11=address 12=phone",
  ACC: "1=date 6=clinician",
  AIP: "3=clinician",
  SCH: "1=key 2=key 11=date 12=clinician 13=phone 16=clinician 20=clinician",
};
