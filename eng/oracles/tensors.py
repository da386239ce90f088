"""Runs an optimizer that has the form of torch's over the variables of a case."""
from sources import need


class TorchRun:
    """One parameter group a kind of variable: those with weight decay, those without."""

    def __init__(self, variables, create, names, settle=None):
        self.torch, self.names, self.settle = need("torch"), names, settle
        self.parameters = [self.torch.nn.Parameter(self.torch.tensor(variable.weights)) for variable in variables]
        groups = []
        for undecayed in (False, True):
            chosen = [p for p, variable in zip(self.parameters, variables) if variable.undecayed == undecayed]
            if chosen:
                groups.append({"params": chosen, **({"weight_decay": 0.0} if undecayed else {})})
        self.optimizer = create(groups)

    def step(self, gradients):
        for parameter, gradient in zip(self.parameters, gradients):
            parameter.grad = self.torch.tensor(gradient)
        with self.torch.no_grad():
            self.optimizer.step(**(self.settle(gradients) if self.settle else {}))
        return [parameter.detach().numpy().copy() for parameter in self.parameters]

    def moments(self):
        states = [self.optimizer.state[parameter] for parameter in self.parameters]
        return [[state[name].numpy() for state in states] for name in self.names]
