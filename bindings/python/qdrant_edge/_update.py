"""UpdateOperation: each static method makes the tree that the log holds."""

from ._base import Value, final, new, put
from ._coerce import a, index_schema, json_path, key_list, names, payload_json, point_ids as id_list, sequence, text, usize
from ._gen import (Distance, Filter, Modifier, MultiVectorConfig, PayloadSchemaType, Point, PointVectors, UpdateMode,
                   VectorStorageDatatype, _as_indexparams)
from ._json import js
from ._columns import array_columns, columns, rows_of
from ._models import Arena, body
from ._wire import COLUMNS


def _operation(text, floats=b""):
    operation = new(UpdateOperation)
    put(operation, "_body", body(text, floats))
    put(operation, "_flags", 0)
    return operation


def _in_columns(made):
    operation = new(UpdateOperation)
    put(operation, "_body", made)
    put(operation, "_flags", COLUMNS)
    return operation


def _points(items, cls):
    arena = Arena()
    text = ",".join([a(p, cls)._encode(arena) for p in sequence(items)])
    return text, b"".join(arena.chunks)


def _filter(x):
    return js(a(x, Filter))


def _optional(**members):
    return "".join([',"%s":%s' % (key, js(value)) for key, value in members.items() if value is not None])


def _payload(name, target, payload, key):
    text = '{"%s":{"payload":%s,%s' % (name, payload_json(payload), target)
    return _operation(text + ("}}" if key is None else ',"key":%s}}' % js(json_path(key))))


@final
class UpdateOperation(Value):
    """A change of the stored points; made by its static methods, run by ``EdgeShard.update``."""

    __module__ = "builtins"
    __slots__ = ("_body", "_flags")

    @staticmethod
    def upsert_points(points, condition=None, update_mode=None):
        """Insert points, or replace those that exist (and match the condition)."""
        plain = condition is None and update_mode is None
        if plain:
            points = sequence(points)
            made = columns(points)
            if made is not None:
                return _in_columns(made)
        text, floats = _points(points, Point)
        if plain:
            return _operation('{"upsert_points":{"points":[%s]}}' % text, floats)
        extra = ""
        condition = '{}' if condition is None else _filter(condition)
        if update_mode is not None:
            extra = ',"update_mode":%s' % js(a(update_mode, UpdateMode))
        return _operation('{"upsert_points_conditional":{"points_op":{"points":[%s]},"condition":%s%s}}'
                          % (text, condition, extra), floats)

    @staticmethod
    def upsert_arrays(ids, vectors, payloads=None):
        """Insert or replace points that lie in columns: ids, rows of vectors (a two-dimensional array, or one for each name), payloads.

        Rows of float32 cross the border as they lie in memory.
        """
        made = array_columns(ids, vectors, payloads)
        if made is not None:
            return _in_columns(made)
        return UpdateOperation.upsert_points(rows_of(ids, vectors, payloads))

    @staticmethod
    def delete_points(point_ids):
        """Delete points."""
        return _operation('{"delete_points":{"ids":%s}}' % js(id_list(point_ids)))

    @staticmethod
    def delete_points_by_filter(filter):
        """Delete the points that match."""
        return _operation('{"delete_points_by_filter":%s}' % _filter(filter))

    @staticmethod
    def update_vectors(point_vectors, condition=None):
        """Replace the given vectors of points that exist."""
        text, floats = _points(point_vectors, PointVectors)
        extra = "" if condition is None else ',"update_filter":%s' % _filter(condition)
        return _operation('{"update_vectors":{"points":[%s]%s}}' % (text, extra), floats)

    @staticmethod
    def delete_vectors(point_ids, vector_names):
        """Delete named vectors of points."""
        return _operation('{"delete_vectors":[{"points":%s},%s]}' % (js(id_list(point_ids)), js(names(vector_names))))

    @staticmethod
    def delete_vectors_by_filter(filter, vector_names):
        """Delete named vectors of the points that match."""
        return _operation('{"delete_vectors_by_filter":[%s,%s]}' % (_filter(filter), js(names(vector_names))))

    @staticmethod
    def set_payload(point_ids, payload, key=None):
        """Merge keys into the payload of points."""
        return _payload("set_payload", '"points":%s' % js(id_list(point_ids)), payload, key)

    @staticmethod
    def set_payload_by_filter(filter, payload, key=None):
        """Merge keys into the payload of the points that match."""
        return _payload("set_payload", '"filter":%s' % _filter(filter), payload, key)

    @staticmethod
    def overwrite_payload(point_ids, payload, key=None):
        """Replace the payload of points."""
        return _payload("overwrite_payload", '"points":%s' % js(id_list(point_ids)), payload, key)

    @staticmethod
    def overwrite_payload_by_filter(filter, payload, key=None):
        """Replace the payload of the points that match."""
        return _payload("overwrite_payload", '"filter":%s' % _filter(filter), payload, key)

    @staticmethod
    def delete_payload(point_ids, keys):
        """Remove keys from the payload of points."""
        ids = js(id_list(point_ids))
        return _operation('{"delete_payload":{"keys":%s,"points":%s}}' % (js(key_list(keys)), ids))

    @staticmethod
    def delete_payload_by_filter(filter, keys):
        """Remove keys from the payload of the points that match."""
        return _operation('{"delete_payload":{"keys":%s,"filter":%s}}' % (js(key_list(keys)), _filter(filter)))

    @staticmethod
    def clear_payload(point_ids):
        """Remove the payload of points."""
        return _operation('{"clear_payload":{"points":%s}}' % js(id_list(point_ids)))

    @staticmethod
    def clear_payload_by_filter(filter):
        """Remove the payload of the points that match."""
        return _operation('{"clear_payload_by_filter":%s}' % _filter(filter))

    @staticmethod
    def create_field_index(field_name, schema):
        """Index a payload key: by a PayloadSchemaType, or by the parameters of one."""
        key = js(json_path(field_name))
        return _operation('{"create_index":{"field_name":%s,"field_schema":%s}}'
                          % (key, js(index_schema(schema, PayloadSchemaType, _as_indexparams))))

    @staticmethod
    def delete_field_index(field_name):
        """Drop the index of a payload key."""
        return _operation('{"delete_index":%s}' % js(json_path(field_name)))

    @staticmethod
    def create_dense_vector(vector_name, size, distance, multivector_config=None, datatype=None):
        """Add a named dense vector to the shard."""
        config = '"size":%d,"distance":%s%s' % (usize(size), js(a(distance, Distance)), _optional(
            multivector_config=None if multivector_config is None else a(multivector_config, MultiVectorConfig),
            datatype=None if datatype is None else a(datatype, VectorStorageDatatype)))
        return _operation('{"create_vector_name":{"vector_name":%s,"config":{"dense":{%s}}}}' % (js(text(vector_name)), config))

    @staticmethod
    def create_sparse_vector(vector_name, modifier=None, datatype=None):
        """Add a named sparse vector to the shard."""
        config = _optional(modifier=None if modifier is None else a(modifier, Modifier),
                           datatype=None if datatype is None else a(datatype, VectorStorageDatatype))
        return _operation('{"create_vector_name":{"vector_name":%s,"config":{"sparse":{%s}}}}' % (js(text(vector_name)), config[1:]))

    @staticmethod
    def delete_vector_name(vector_name):
        """Remove a named vector from the shard."""
        return _operation('{"delete_vector_name":{"vector_name":%s}}' % js(text(vector_name)))
