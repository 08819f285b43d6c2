"""Makes reference.json: measures by scikit-learn 1.9.1, ridge logistic by scikit-learn, boosted trees by LightGBM 4.7.0.

Run:  python make_reference.py > reference.json   (needs numpy, scikit-learn, lightgbm; the tests need only the output)
"""
import json
import lightgbm as lgb
import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

rng = np.random.default_rng(20240)


def measures():
    n = 60
    y = rng.integers(0, 2, n)
    risk = np.round(1 / (1 + np.exp(-(rng.normal(size=n) + y - 0.5))), 2)  # two decimals: with ties
    weight = np.round(rng.uniform(0.5, 3.0, n), 3)
    return {
        "status": y.tolist(),
        "risk": risk.tolist(),
        "weight": weight.tolist(),
        "auroc": roc_auc_score(y, risk),
        "aurocWeighted": roc_auc_score(y, risk, sample_weight=weight),
        "auprc": average_precision_score(y, risk),
        "auprcWeighted": average_precision_score(y, risk, sample_weight=weight),
        "brier": brier_score_loss(y, risk),
        "brierWeighted": brier_score_loss(y, risk, sample_weight=weight),
    }


def calibration():
    n = 300
    risk = rng.uniform(0.02, 0.9, n)
    logit = np.log(risk / (1 - risk))
    y = (rng.uniform(size=n) < 1 / (1 + np.exp(-(0.4 + 0.7 * logit)))).astype(int)
    weight = rng.uniform(0.5, 2.0, n)
    fit = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10000).fit(logit.reshape(-1, 1), y, sample_weight=weight)
    return {
        "risk": risk.tolist(),
        "status": y.tolist(),
        "weight": weight.tolist(),
        "slope": fit.coef_[0][0],
        "lineIntercept": fit.intercept_[0],
    }


def ridge_logistic():
    n, width, penalty = 200, 4, 7.0
    x = rng.normal(size=(n, width))
    y = (rng.uniform(size=n) < 1 / (1 + np.exp(-(x @ np.array([1.0, -0.5, 0.0, 0.3]) - 1)))).astype(int)
    weight = rng.uniform(0.2, 2.0, n)
    fit = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=10000).fit(x, y, sample_weight=weight)
    return {
        "design": x.ravel().tolist(),
        "width": width,
        "y": y.tolist(),
        "weight": weight.tolist(),
        "penalty": penalty,
        "parameters": [fit.intercept_[0], *fit.coef_[0].tolist()],
    }


def boosted():
    n, width = 500, 5
    x = rng.integers(0, 40, size=(n, width)).astype(float)
    x[rng.uniform(size=(n, width)) < 0.15] = np.nan
    signal = np.where(np.isnan(x[:, 0]), 1.0, (x[:, 0] > 20) * 1.5) + 0.05 * np.nan_to_num(x[:, 1]) - 2
    y = (rng.uniform(size=n) < 1 / (1 + np.exp(-signal))).astype(int)
    settings = {"rounds": 40, "leaves": 6, "depth": 4, "learningRate": 0.1, "penalty": 2.0, "minimumChildHessian": 3.0}
    model = lgb.train(
        {
            "objective": "binary",
            "num_leaves": settings["leaves"],
            "max_depth": settings["depth"],
            "learning_rate": settings["learningRate"],
            "lambda_l2": settings["penalty"],
            "min_sum_hessian_in_leaf": settings["minimumChildHessian"],
            "min_data_in_leaf": 1,
            "min_data_in_bin": 1,
            "max_bin": 63,
            "enable_bundle": False,
            "force_row_wise": True,
            "num_threads": 1,
            "deterministic": True,
            "verbose": -1,
        },
        lgb.Dataset(x, label=y),
        num_boost_round=settings["rounds"],
    )
    p = model.predict(x)
    return {
        "values": [None if np.isnan(v) else v for v in x.ravel()],
        "width": width,
        "y": y.tolist(),
        "settings": settings,
        "risks": p.tolist(),
        "logLoss": float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))),
    }


print(
    json.dumps(
        {
            "madeBy": {"scikit-learn": sklearn.__version__, "lightgbm": lgb.__version__, "numpy": np.__version__},
            "measures": measures(),
            "calibration": calibration(),
            "ridgeLogistic": ridge_logistic(),
            "boosted": boosted(),
        }
    )
)
