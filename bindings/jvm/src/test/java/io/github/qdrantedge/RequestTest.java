package io.github.qdrantedge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** The JSON of requests. */
class RequestTest {
  private static void json(String expected, Body body) {
    assertEquals(expected.replace('\'', '"'), body.toString());
  }

  @Test
  void shapes() {
    json("{'key':'city','match':{'value':'Berlin'}}", new FieldCondition("city").match(new MatchValue("Berlin")));
    json("{'key':'n','match':{'any':[1,2]}}", new FieldCondition("n").match(new MatchAny(1, 2)));
    json("{'is_empty':{'key':'a'}}", new IsEmptyCondition("a"));
    json("{'has_id':[1,18446744073709551615]}", new HasIDCondition(1, -1));
    json("{'delete_index':'a.b'}", new DeleteIndex("a.b"));
    json("{'delete_vectors':[{'points':[1]},['v']]}", new DeleteVectors(Arrays.asList(PointId.of(1)), "v"));
    json("{'delete_points_by_filter':{}}", new DeletePointsByFilter(new Filter()));
    json("{'create_index':{'field_name':'t','field_schema':{'type':'text','tokenizer':'word'}}}",
        new CreateIndex("t").fieldSchema(new TextIndexParams().tokenizer(TokenizerType.WORD)));
    json("{'scalar':{'type':'int8'}}", new ScalarQuantization(ScalarType.INT8));
    json("{'recommend':{'positive':[1,[1.0,2.0]]}}", new RecommendQuery().positive(VectorInput.of(1), VectorInput.of(1f, 2f)));
    json("{'gauss_decay':{'x':'$score','scale':5.0}}", new DecayExpression(DecayKind.GAUSS, new VariableExpression("$score")).scale(5));
    json("{'formula':{'sum':['$score',{'mult':[2.0,{'key':'a','is_null':true}]}]}}", new FormulaQuery(new SumExpression(
        new VariableExpression("$score"), new MultExpression(new ConstantExpression(2), new ConditionExpression(new FieldCondition("a").isNull(true))))));
    json("{'query':{'fusion':'rrf'},'prefetch':[{'query':{'nearest':7}}]}",
        new QueryRequest().query(new FusionQuery(Fusion.RRF)).prefetch(new Prefetch().query(new NearestQuery(PointId.of(7)))));
    json("{'with_payload':{'exclude':['a']},'with_vector':['v']}", new QueryRequest().withPayload(WithPayload.exclude("a")).withVector("v"));
    json("{'corpus':{'must':[{'has_vector':'v'}]}}", IdfParams.corpus(new Filter().must(new HasVectorCondition("v"))));
    json("{'set_payload':{'payload':{'a':null},'points':[1]}}", new SetPayload(Collections.singletonMap("a", null)).points(1));
    json("{'id':1,'vector':[1.0],'payload':{'a':1}}", new Point(1, new float[] {1}).payload(Json.of("{\"a\":1}")));
  }

  @Test
  void pastedText() {
    json("{'upsert_points':{'points':[]}}", UpsertPoints.json("{\"points\":[]}"));
    json("{'upsert_points':{'points':[]}}", UpdateOperation.json("{\"upsert_points\":{\"points\":[]}}"));
    json("{'is_null':{'key':'é'}}", IsNullCondition.json("{\"is_null\":{\"key\":\"é\"}}"));
    assertThrows(InvalidArgumentException.class, () -> QueryRequest.json("{}").limit(3));
    assertThrows(InvalidArgumentException.class, () -> QueryRequest.json(null));
  }

  @Test
  void whatHasNoJsonIsRefused() {
    Object[] bad = {Double.NaN, Float.POSITIVE_INFINITY, "\uD800", "a\uDC00b", new Object(), Collections.singletonMap(1, 2), new int[] {1}};
    for (Object value : bad) {
      assertThrows(InvalidArgumentException.class, () -> Json.write(Collections.singletonMap("a", value)));
    }
    java.util.List<Object> cycle = new java.util.ArrayList<>();
    cycle.add(cycle);
    assertThrows(InvalidArgumentException.class, () -> Json.write(cycle));
    assertThrows(InvalidArgumentException.class, () -> Vector.multi(new float[2], new float[3]));
    assertThrows(InvalidArgumentException.class, () -> Vector.sparse(new int[2], new float[3]));
    assertThrows(InvalidArgumentException.class, () -> Vector.dense((float[]) null));
  }
}
