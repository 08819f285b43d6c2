/**
 * What each column of OMOP CDM 5.3 and 5.4 is to de-identification, for the tables that hold persons' data. `keep`: as it
 * is; `code`, `date`, `key`, `text`: read, then screened, moved, replaced or cleaned; `drop`: not read. What is not listed is
 * unknown: dropped, and counted without its name.
 */
const EVENT_KEYS = "key:person_id,visit_occurrence_id drop:provider_id,visit_detail_id";

export const OMOP_ELEMENTS: Readonly<Record<string, string>> = {
  person:
    "key:person_id keep:gender_concept_id,race_concept_id,ethnicity_concept_id code:gender_source_value date:year_of_birth,month_of_birth,day_of_birth,birth_datetime drop:location_id,provider_id,care_site_id,person_source_value,gender_source_concept_id,race_source_value,race_source_concept_id,ethnicity_source_value,ethnicity_source_concept_id",
  death:
    "key:person_id date:death_date,death_datetime keep:cause_concept_id drop:death_type_concept_id,cause_source_value,cause_source_concept_id",
  observation_period:
    "key:person_id,observation_period_id date:observation_period_start_date,observation_period_end_date drop:period_type_concept_id",
  visit_occurrence: `${EVENT_KEYS} keep:visit_concept_id,visit_source_concept_id,visit_type_concept_id,admitted_from_concept_id,discharged_to_concept_id,admitting_source_concept_id,discharge_to_concept_id code:visit_source_value date:visit_start_date,visit_start_datetime,visit_end_date,visit_end_datetime drop:care_site_id,admitted_from_source_value,discharged_to_source_value,admitting_source_value,discharge_to_source_value,preceding_visit_occurrence_id`,
  visit_detail: `${EVENT_KEYS} keep:visit_detail_concept_id,visit_detail_source_concept_id,visit_detail_type_concept_id,admitted_from_concept_id,discharged_to_concept_id code:visit_detail_source_value date:visit_detail_start_date,visit_detail_start_datetime,visit_detail_end_date,visit_detail_end_datetime drop:care_site_id,admitted_from_source_value,discharged_to_source_value,preceding_visit_detail_id,parent_visit_detail_id,visit_detail_parent_id,admitting_source_value,admitting_source_concept_id,discharge_to_source_value,discharge_to_concept_id`,
  condition_occurrence: `${EVENT_KEYS} key:condition_occurrence_id keep:condition_concept_id,condition_source_concept_id,condition_type_concept_id,condition_status_concept_id code:condition_source_value date:condition_start_date,condition_start_datetime,condition_end_date,condition_end_datetime drop:stop_reason,condition_status_source_value`,
  drug_exposure: `${EVENT_KEYS} key:drug_exposure_id keep:drug_concept_id,drug_source_concept_id,drug_type_concept_id,route_concept_id,quantity,days_supply,refills code:drug_source_value date:drug_exposure_start_date,drug_exposure_start_datetime,drug_exposure_end_date,drug_exposure_end_datetime,verbatim_end_date drop:stop_reason,sig,lot_number,route_source_value,dose_unit_source_value`,
  procedure_occurrence: `${EVENT_KEYS} key:procedure_occurrence_id keep:procedure_concept_id,procedure_source_concept_id,procedure_type_concept_id,modifier_concept_id,quantity code:procedure_source_value date:procedure_date,procedure_datetime,procedure_end_date,procedure_end_datetime drop:modifier_source_value`,
  device_exposure: `${EVENT_KEYS} key:device_exposure_id keep:device_concept_id,device_source_concept_id,device_type_concept_id,quantity code:device_source_value date:device_exposure_start_date,device_exposure_start_datetime,device_exposure_end_date,device_exposure_end_datetime drop:unique_device_id,production_id,unit_concept_id,unit_source_value,unit_source_concept_id`,
  measurement: `${EVENT_KEYS} key:measurement_id keep:measurement_concept_id,measurement_source_concept_id,measurement_type_concept_id,operator_concept_id,value_as_number,value_as_concept_id,unit_concept_id,range_low,range_high code:measurement_source_value,unit_source_value text:value_source_value date:measurement_date,measurement_datetime,measurement_time drop:unit_source_concept_id,measurement_event_id,meas_event_field_concept_id`,
  observation: `${EVENT_KEYS} key:observation_id keep:observation_concept_id,observation_source_concept_id,observation_type_concept_id,value_as_number,value_as_concept_id,qualifier_concept_id,unit_concept_id code:observation_source_value,unit_source_value text:value_as_string date:observation_date,observation_datetime drop:qualifier_source_value,value_source_value,observation_event_id,obs_event_field_concept_id`,
  note: `${EVENT_KEYS} key:note_id keep:note_class_concept_id,note_type_concept_id,encoding_concept_id,language_concept_id text:note_text date:note_date,note_datetime drop:note_title,note_source_value,note_event_id,note_event_field_concept_id`,
  specimen:
    "key:person_id,specimen_id keep:specimen_concept_id,specimen_type_concept_id,quantity,unit_concept_id,anatomic_site_concept_id,disease_status_concept_id code:specimen_source_value date:specimen_date,specimen_datetime drop:specimen_source_id,unit_source_value,anatomic_site_source_value,disease_status_source_value",
  location:
    "drop:location_id,address_1,address_2,city,state,zip,county,location_source_value,country_concept_id,country_source_value,latitude,longitude",
  provider:
    "drop:provider_id,provider_name,npi,dea,specialty_concept_id,care_site_id,year_of_birth,gender_concept_id,provider_source_value,specialty_source_value,specialty_source_concept_id,gender_source_value,gender_source_concept_id",
  care_site:
    "drop:care_site_id,care_site_name,place_of_service_concept_id,location_id,care_site_source_value,place_of_service_source_value",
};
