namespace RvcNative.Formats.Pth;

/// <summary>
/// Which names a pickle may use. Nothing is ever looked up or run, so a name is only a label; the rule says which files are refused:
/// 1. A call (REDUCE, INST, OBJ) is allowed for the functions below, whose results we build ourselves, and for classes of the packages in
///    <see cref="ForeignPackages"/> and of <see cref="DataClasses"/>, which become <see cref="PickleOpaque"/>. Every other call is refused by name.
/// 2. An instance (NEWOBJ, copyreg._reconstructor: memory without a call of __init__) of any class becomes opaque, its state is skipped.
/// 3. A checkpoint that as much as names a module of <see cref="SystemModules"/>, or a builtin that is no type, is refused: it has no use for them.
/// </summary>
internal static class PickleGlobals
{
    private static readonly HashSet<string> SystemModules =
    [
        "posix", "nt", "os", "sys", "subprocess", "shutil", "socket", "importlib", "runpy", "pty", "ctypes", "webbrowser", "multiprocessing",
    ];

    private static readonly HashSet<string> ForeignPackages = ["argparse", "fairseq", "omegaconf", "hydra", "pathlib", "datetime", "uuid", "pytorch_lightning",
        "lightning"];

    private static readonly HashSet<string> DataClasses =
    [
        "builtins.set", "builtins.frozenset", "builtins.complex", "builtins.range", "builtins.slice", "builtins.object", "collections.Counter",
        "collections.deque", "torch.device", "torch.serialization._get_layout", "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
        "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer",
        "torch._C.Generator", "decimal.Decimal", "fractions.Fraction",
    ];

    private static readonly HashSet<string> BuiltinTypes =
    [
        "bool", "bytes", "bytearray", "complex", "dict", "float", "frozenset", "int", "list", "object", "range", "set", "slice", "str", "tuple", "type",
    ];

    /// <summary>The name as a value, Python 2's module names turned into Python 3's.</summary>
    internal static PickleOpaque Name(PickleScanner scanner, string module, string name)
    {
        module = module switch
        {
            "__builtin__" => "builtins",
            "copy_reg" => "copyreg",
            "torch.storage" or "torch.cuda" => name.EndsWith("Storage", StringComparison.Ordinal) ? "torch" : module,
            _ => module,
        };
        string root = module.Split('.')[0];
        if (SystemModules.Contains(root) || (root == "builtins" && !BuiltinTypes.Contains(name))) throw Refused(scanner, $"{module}.{name}");
        return new PickleOpaque($"{module}.{name}");
    }

    /// <summary>The value of a call, built here without running anything.</summary>
    internal static PickleValue Call(PickleScanner scanner, PickleValue callable, IReadOnlyList<PickleValue> arguments)
    {
        if (callable is not PickleOpaque { Name: string name }) throw scanner.Fault($"it calls a {callable.TypeName}");
        switch (name)
        {
            case "collections.OrderedDict": return Dict(scanner, ordered: true, arguments);
            case "builtins.dict": return Dict(scanner, ordered: false, arguments);
            case "collections.defaultdict": return Dict(scanner, ordered: false, [.. arguments.Skip(1)]);
            case "torch._utils._rebuild_tensor":
            case "torch._utils._rebuild_tensor_v2": return TensorRebuild.Rebuild(scanner, arguments);
            case "torch._utils._rebuild_tensor_v3" when arguments.Count > 6:
                return TensorRebuild.Rebuild(scanner, arguments, DTypeOf(scanner, arguments[6]));
            case "torch._utils._rebuild_parameter":
            case "torch._utils._rebuild_parameter_with_state":
            case "torch.nn.parameter.Parameter":
                return arguments is [PickleTensor parameter, ..]
                    ? parameter
                    : throw scanner.Fault("a Parameter is made of something other than a tensor");
            case "torch._tensor._rebuild_from_type_v2" when arguments is [PickleValue function, _, PickleTuple inner, ..]:
                return Call(scanner, function, inner.Items);
            case "torch.Size" when arguments is []: return new PickleTuple();
            case "torch.Size" when arguments is [PickleTuple size]: return size;
            case "torch.Size" when arguments is [PickleList size]: return new PickleTuple(size.Items);
            case "_codecs.encode": return PickleScalars.Encode(scanner, arguments);
            case "builtins.bytes" or "builtins.bytearray": return PickleScalars.Bytes(scanner, arguments);
            case "numpy.dtype": return new NumpyDType(arguments is [PickleString code, ..] ? code.Value : "?");
            case "numpy.core.multiarray.scalar" or "numpy._core.multiarray.scalar": return PickleScalars.Numpy(scanner, arguments);
            case "copyreg._reconstructor" when arguments is [PickleOpaque type, ..]: return NewObject(type);
            default:
                if (DataClasses.Contains(name) || ForeignPackages.Contains(name.Split('.')[0])) return new PickleOpaque(name);
                throw Refused(scanner, name);
        }
    }

    /// <summary>An instance made without a call: our own containers, or an opaque value.</summary>
    internal static PickleValue NewObject(PickleOpaque type) => type.Name switch
    {
        "collections.OrderedDict" => new PickleDict(ordered: true),
        "builtins.dict" or "collections.defaultdict" => new PickleDict(),
        _ => new PickleOpaque(type.Name),
    };

    internal static FileFormatException Refused(PickleScanner scanner, string name) => new(scanner.FilePath,
        $"refused: its pickle uses '{name}', which is not on the list of what a checkpoint may use. Nothing of it was run. " +
        "If you trust where it comes from, save its weights again as plain tensors");

    private static PickleDict Dict(PickleScanner scanner, bool ordered, IReadOnlyList<PickleValue> arguments)
    {
        PickleDict dict = new(ordered);
        IEnumerable<PickleValue> pairs = arguments switch
        {
            [] => [],
            [PickleList list] => list.Items,
            [PickleTuple tuple] => tuple.Items,
            [PickleDict from] => from.Entries.Select(entry => new PickleTuple(entry.Key, entry.Value)),
            _ => throw scanner.Fault("a dict is made of something other than pairs"),
        };
        foreach (PickleValue pair in pairs)
        {
            IReadOnlyList<PickleValue> items = pair switch
            {
                PickleTuple tuple => tuple.Items,
                PickleList list => list.Items,
                _ => [],
            };
            if (items.Count != 2) throw scanner.Fault("a dict is made of something other than pairs");
            SetItem(scanner, dict, items[0], items[1]);
        }

        return dict;
    }

    internal static void SetItem(PickleScanner scanner, PickleDict dict, PickleValue key, PickleValue value)
    {
        if (key is PickleList or PickleDict or PickleTensor) throw scanner.Fault($"a {key.TypeName} is the key of a dict");
        dict.Set(key, value);
    }

    private static FileDType DTypeOf(PickleScanner scanner, PickleValue value)
    {
        string name = value.TypeName;
        foreach (FileDType dtype in Enum.GetValues<FileDType>()) if (name == "torch." + dtype.TorchName()) return dtype;
        throw scanner.Fault($"a tensor is of type {name}, which is not read");
    }
}
