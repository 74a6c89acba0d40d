// Dumps the tables of unicode-normalization 0.1.25, irg-kvariants 0.1.1 and the word list of charabia 0.10.0 (argument: its thai/words.fst); built with those crates and fst 0.4.
use unicode_normalization::UnicodeNormalization;
use std::io::Write;
fn main(){
 let mut f=std::fs::File::create("nfkd.txt").unwrap();
 for c in (0..0x110000u32).filter_map(char::from_u32){
  if ('\u{AC00}'..='\u{D7A3}').contains(&c){continue}
  let s:String=c.nfkd().collect();
  if s!=c.to_string(){ writeln!(f,"{:x}\t{}",c as u32,s.chars().map(|x|format!("{:x}",x as u32)).collect::<Vec<_>>().join(" ")).unwrap(); }
 }
 let mut f=std::fs::File::create("kv.txt").unwrap();
 let mut v:Vec<_>=irg_kvariants::KVARIANTS.iter().map(|(k,v)|(*k,v.destination_ideograph)).collect(); v.sort();
 for (a,b) in v { writeln!(f,"{:x}\t{:x}",a as u32,b as u32).unwrap(); }
 let mut f=std::fs::File::create("thai.txt").unwrap();
 let fst=fst::raw::Fst::new(std::fs::read(std::env::args().nth(1).unwrap()).unwrap()).unwrap();
 let mut st=fst.stream();
 use fst::Streamer;
 while let Some((k,_))=st.next(){ f.write_all(k).unwrap(); f.write_all(b"\n").unwrap(); }
}
