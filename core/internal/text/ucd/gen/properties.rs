fn main(){
 let mut out=String::new();
 fn ranges(name:&str,f:impl Fn(char)->bool,out:&mut String){
  let mut start:Option<u32>=None; let mut v=vec![];
  for c in 0..=0x110000u32 { let b=char::from_u32(c).map(|c|f(c)).unwrap_or(false);
   if b && start.is_none(){start=Some(c)}
   if !b { if let Some(s)=start.take(){v.push((s,c-1));} } }
  out.push_str(&format!("{} {}\n",name,v.iter().map(|(a,b)|format!("{:x}-{:x}",a,b)).collect::<Vec<_>>().join(" ")));
 }
 ranges("alphanumeric",|c|c.is_alphanumeric(),&mut out);
 ranges("alphabetic",|c|c.is_alphabetic(),&mut out);
 ranges("numeric",|c|c.is_numeric(),&mut out);
 ranges("uppercase",|c|c.is_uppercase(),&mut out);
 ranges("lowercase",|c|c.is_lowercase(),&mut out);
 ranges("whitespace",|c|c.is_whitespace(),&mut out);
 ranges("control",|c|c.is_control(),&mut out);
 let mut l=vec![];
 for c in 0..0x110000u32 { if let Some(c)=char::from_u32(c){ let s:String=c.to_lowercase().collect(); if s!=c.to_string(){ l.push(format!("{:x}={}",c as u32,s.chars().map(|x|format!("{:x}",x as u32)).collect::<Vec<_>>().join(",")));}}}
 out.push_str(&format!("lower {}\n",l.join(" ")));
 // case-ignorable and cased as seen through the final sigma rule
 let sig=|s:&str|s.to_lowercase().contains('ς');
 ranges("cased",|c|{ let s=format!("{}Σ",c); sig(&s)&& c!='Σ' || c=='Σ'},&mut out);
 ranges("ignorable",|c|{ let s=format!("A{}Σ",c); let s2=format!("1{}Σ",c); sig(&s) && !sig(&s2)},&mut out);
 println!("unicode {:?}",char::UNICODE_VERSION); print!("{}",out);
}
